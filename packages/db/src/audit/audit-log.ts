import { newUuid } from '@switchboard/shared';
import type { Executor } from '../executor.js';

/** Who did it. `system`: the product itself, where a rule said so. */
export interface Actor {
  kind: 'api_key' | 'platform' | 'user' | 'system';
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

/** Writes into the caller's transaction: what was done and that it was done are committed together. */
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
