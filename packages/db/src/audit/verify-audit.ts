import type { Database } from '../database.js';
import type { Executor } from '../executor.js';
import { auditEntryHash, GENESIS_HASH, type ChainedEntry } from './audit-hash.js';

/**
 * `altered`: the entry is not what was written. `missing`: an entry that was written is gone. `out_of_order`: the entry
 * does not follow the one before it. `added`: the entry stands where none was written.
 */
export type AuditFault = 'altered' | 'missing' | 'out_of_order' | 'added';

export interface BrokenEntry {
  fault: AuditFault;
  sequence: number;
  /** null where it is gone. */
  entry_id: string | null;
}

export interface VerifiedChain {
  tenant_id: string;
  /** Entries that were read; up to the broken one where there is one. */
  entries: number;
  /** The last hash of a whole chain: kept elsewhere, it shows later whether all of the chain was written anew. */
  head_hash: string | null;
  /** The first one; what comes behind it is not judged. */
  broken: BrokenEntry | null;
}

interface Head {
  sequence: number;
  hash: Buffer;
}

const BATCH_SIZE = 1_000;

/** Every tenant whose audit log has, or had, an entry. */
export async function auditedTenants(executor: Executor): Promise<string[]> {
  const rows = await executor.query<{ tenant_id: string }>({
    // Both: a chain may have lost its head as well as its entries.
    text: `
      SELECT tenant_id FROM audit_heads UNION
      SELECT t.id FROM tenants t WHERE EXISTS (SELECT FROM audit_log a WHERE a.tenant_id = t.id)
      ORDER BY 1`,
    values: [],
  });
  return rows.map((row) => row.tenant_id);
}

/** Walks a tenant's chain in one snapshot, so that what is appended meanwhile confuses nothing. */
export function verifyAuditChain(database: Database, tenantId: string): Promise<VerifiedChain> {
  return database.transaction(async (transaction) => {
    await transaction.query({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY', values: [] });
    const [head = { sequence: 0, hash: GENESIS_HASH }] = await transaction.query<Head>({
      text: 'SELECT sequence, hash FROM audit_heads WHERE tenant_id = $1',
      values: [tenantId],
    });
    return walk(transaction, tenantId, head);
  });
}

async function walk(executor: Executor, tenantId: string, head: Head): Promise<VerifiedChain> {
  let last: Head = { sequence: 0, hash: GENESIS_HASH };
  let entries = 0;
  let position: Position = { sequence: 0, id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const batch = await readBatch(executor, tenantId, position);
    for (const entry of batch) {
      entries += 1;
      const broken = faultOf(entry, last, head);
      if (broken) return { tenant_id: tenantId, entries, head_hash: null, broken };
      last = entry;
    }
    const end = batch.at(-1);
    if (end) position = end;
    if (batch.length < BATCH_SIZE) break;
  }
  const broken = faultAtEnd(last, head);
  const head_hash = broken || entries === 0 ? null : last.hash.toString('hex');
  return { tenant_id: tenantId, entries, head_hash, broken };
}

function faultOf(entry: ChainedEntry, last: Head, head: Head): BrokenEntry | null {
  const found = (fault: AuditFault): BrokenEntry => ({ fault, sequence: entry.sequence, entry_id: entry.id });
  // Twice the same number, or one behind the last that was ever written.
  if (entry.sequence <= last.sequence || entry.sequence > head.sequence) return found('added');
  if (entry.sequence > last.sequence + 1) {
    return { fault: 'missing', sequence: last.sequence + 1, entry_id: null };
  }
  if (!auditEntryHash(entry).equals(entry.hash)) return found('altered');
  if (!entry.previous_hash.equals(last.hash)) return found('out_of_order');
  return null;
}

/** The head tells what cannot be seen in the entries: that the last ones are gone, or the last one is another. */
function faultAtEnd(last: Head, head: Head): BrokenEntry | null {
  if (last.sequence < head.sequence) return { fault: 'missing', sequence: last.sequence + 1, entry_id: null };
  if (!last.hash.equals(head.hash)) return { fault: 'altered', sequence: last.sequence, entry_id: null };
  return null;
}

interface Position {
  sequence: number;
  id: string;
}

function readBatch(executor: Executor, tenantId: string, after: Position): Promise<ChainedEntry[]> {
  return executor.query<ChainedEntry>({
    text: `
      SELECT id, tenant_id, mode, occurred_at, actor_kind, actor_id, action, target_kind, target_id,
        before::text AS before, after::text AS after, ip, request_id, sequence, previous_hash, hash
      FROM audit_log WHERE tenant_id = $1 AND (sequence, id) > ($2, $3)
      ORDER BY sequence, id LIMIT $4`,
    values: [tenantId, after.sequence, after.id, BATCH_SIZE],
  });
}
