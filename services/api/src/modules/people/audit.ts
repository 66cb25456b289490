import { writeAudit, type AuditEntry, type Executor } from '@switchboard/db';
import type { RequestInfo, TenantScope } from '../../http/route.js';

type Action = 'person.role_changed' | 'person.removed' | 'person.invited' | 'invitation.withdrawn';

/** People belong to both modes of a tenant. */
export function writePeopleAudit(
  { transaction, tenant, request }: { transaction: Executor; tenant: TenantScope; request: RequestInfo },
  action: Action,
  what: Pick<AuditEntry, 'target' | 'before' | 'after'>,
): Promise<void> {
  const { tenant_id } = tenant;
  const { actor, request_id } = request;
  return writeAudit(transaction, { tenant_id, mode: null, actor, action, request_id, ...what });
}
