import { newUuid } from '@switchboard/shared';
import type { Executor } from '../executor.js';

/** Who did it. `system`: the product itself, where a rule said so. */
export interface Actor {
  kind: 'api_key' | 'platform' | 'user' | 'portal_link' | 'system';
  id?: string | null;
  ip?: string | null;
}

/** One line of the audit log. `before` and `after` are what changed, without secrets. */
export interface AuditEntry {
  tenant_id: string;
  mode: string | null;
  actor: Actor;
  /** resource.past_tense, as events are named. */
  action: string;
  target: { kind: string; id: string | null };
  before?: object | null;
  after?: object | null;
  request_id?: string | null;
}

/**
 * Writes into the caller's transaction: what was done and that it was done are committed together.
 *
 * A trigger chains the entry to the tenant's last one, whose row in audit_heads stays locked until the COMMIT: a tenant's
 * audited changes commit one after the other. So that two transactions never wait for each other, this is the last thing
 * that a transaction does but for its events; and who writes for several tenants at once does so in the order of their ids.
 */
export async function writeAudit(transaction: Executor, entry: AuditEntry): Promise<void> {
  await transaction.query({
    name: 'write-audit',
    text: `
      INSERT INTO audit_log (id, tenant_id, mode, actor_kind, actor_id, action, target_kind, target_id, before, after, ip, request_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    values: [
      newUuid(),
      entry.tenant_id,
      entry.mode,
      entry.actor.kind,
      entry.actor.id ?? null,
      entry.action,
      entry.target.kind,
      entry.target.id,
      entry.before ? JSON.stringify(entry.before) : null,
      entry.after ? JSON.stringify(entry.after) : null,
      entry.actor.ip ?? null,
      entry.request_id ?? null,
    ],
  });
}
