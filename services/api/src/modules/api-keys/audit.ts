import { writeAudit, type Actor, type AuditEntry, type Executor } from '@switchboard/db';
import type { Mode } from '@switchboard/shared';
import type { ApiKeyRow } from './repository.js';

/** Who changes keys. The platform may change any tenant's; a person those of their tenant. */
export interface KeyChanger {
  actor: Actor;
  request_id: string | null;
  /** Where it is said, other tenants' keys do not exist. */
  tenant_id?: string;
  /** @throws AppError forbidden where they may not manage keys of this mode */
  requireMay?(mode: Mode): void;
}

/** Who runs the command line. */
export const OPERATOR: KeyChanger = { actor: { kind: 'platform' }, request_id: null };

export function writeKeyAudit(
  transaction: Executor,
  { actor, request_id }: KeyChanger,
  { id, tenant_id, mode }: Pick<ApiKeyRow, 'id' | 'tenant_id' | 'mode'>,
  { action, ...what }: { action: string } & Pick<AuditEntry, 'before' | 'after'>,
): Promise<void> {
  const entry = { tenant_id, mode, actor, request_id, action: `api_key.${action}`, target: { kind: 'api_key', id } };
  return writeAudit(transaction, { ...entry, ...what });
}

/** A key as the audit log shows it: enough to know which it is, nothing to use it with. */
export function auditedKey({ name, prefix, last4, scopes, expires_at }: ApiKeyRow) {
  return { name, key: `${prefix}...${last4}`, scopes, expires_at };
}
