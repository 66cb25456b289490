import type { Executor } from '../executor.js';

/** One event's idempotency key: the same key with the same fingerprint means the same event. */
export interface EventKeyClaim {
  tenant_id: string;
  key: string;
  event_id: string;
  fingerprint: Buffer;
}

export interface StoredEventKey extends EventKeyClaim {
  type: string;
  created_at: Date;
}

/**
 * Claims keys inside the publishing transaction. A key that another transaction is claiming is waited for, so of any
 * number of parallel publishes with one key exactly one wins.
 *
 * @param claims sorted by tenant and key, so that two batches with the same keys cannot wait for each other
 * @returns the event ids whose keys were new
 */
export async function claimEventKeys(executor: Executor, claims: readonly EventKeyClaim[]): Promise<Set<string>> {
  const rows = await executor.query<{ event_id: string }>({
    name: 'claim-event-keys',
    text: `
      INSERT INTO event_idempotency_keys (tenant_id, key, event_id, fingerprint)
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[])
      ON CONFLICT (tenant_id, key) DO NOTHING
      RETURNING event_id`,
    values: [
      claims.map((claim) => claim.tenant_id),
      claims.map((claim) => claim.key),
      claims.map((claim) => claim.event_id),
      claims.map((claim) => claim.fingerprint),
    ],
  });
  return new Set(rows.map((row) => row.event_id));
}

/** The events that already hold these keys. */
export function findEventKeys(executor: Executor, claims: readonly EventKeyClaim[]): Promise<StoredEventKey[]> {
  return executor.query<StoredEventKey>({
    name: 'find-event-keys',
    text: `
      SELECT k.tenant_id, k.key, k.event_id, k.fingerprint, e.type, e.created_at
      FROM unnest($1::uuid[], $2::text[]) AS wanted (tenant_id, key)
      JOIN event_idempotency_keys k USING (tenant_id, key)
      JOIN events e ON e.id = k.event_id`,
    values: [claims.map((claim) => claim.tenant_id), claims.map((claim) => claim.key)],
  });
}

export async function deleteEventKeysOlderThan(executor: Executor, maxAgeMs: number): Promise<void> {
  await executor.query({
    text: `DELETE FROM event_idempotency_keys WHERE created_at < now() - $1::float8 * interval '1 millisecond'`,
    values: [maxAgeMs],
  });
}
