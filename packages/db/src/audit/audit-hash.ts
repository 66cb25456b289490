import { createHash } from 'node:crypto';

/** An entry as it lies in the database, JSON as the very text that was written. */
export interface ChainedEntry {
  id: string;
  tenant_id: string;
  mode: string | null;
  occurred_at: Date;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  target_kind: string;
  target_id: string | null;
  before: string | null;
  after: string | null;
  ip: string | null;
  request_id: string | null;
  sequence: number;
  previous_hash: Buffer;
  hash: Buffer;
}

/** What the first entry of a chain follows. */
export const GENESIS_HASH = Buffer.alloc(32);

/**
 * The hash that an entry must have. Made here without the functions of the database, which may itself be what was
 * tampered with; migration 0005 says how.
 */
export function auditEntryHash(entry: Omit<ChainedEntry, 'hash'>): Buffer {
  const sequence = Buffer.alloc(8);
  sequence.writeBigInt64BE(BigInt(entry.sequence));
  return createHash('sha256').update(entry.previous_hash).update(sequence).update(contentOf(entry)).digest();
}

function contentOf(entry: Omit<ChainedEntry, 'hash'>): string {
  const fields = [
    entry.id,
    entry.tenant_id,
    entry.mode,
    entry.occurred_at.toISOString(),
    entry.actor_kind,
    entry.actor_id,
    entry.action,
    entry.target_kind,
    entry.target_id,
    entry.before,
    entry.after,
    entry.ip,
    entry.request_id,
  ];
  return fields.map((field) => (field === null ? '-' : `${Buffer.byteLength(field)}:${field}`)).join(',');
}
