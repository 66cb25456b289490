import { writeAudit, type Executor } from '@switchboard/db';
import type { RequestInfo, TenantScope } from '../../http/route.js';

export function writeReplayAudit(
  { transaction, tenant, request }: { transaction: Executor; tenant: TenantScope; request: RequestInfo },
  action: 'created' | 'cancelled',
  id: string,
  what: { after: object },
): Promise<void> {
  return writeAudit(transaction, {
    ...{ tenant_id: tenant.tenant_id, mode: tenant.mode, actor: request.actor, request_id: request.request_id },
    action: `replay.${action}`,
    target: { kind: 'replay', id },
    ...what,
  });
}
