import type { Executor } from '../executor.js';

/** Since when all attempts of an endpoint have failed; null where the last one succeeded. */
export interface HealthChange {
  endpoint_id: string;
  failing_since: Date | null;
}

/**
 * Writes what has changed and touches no row that says so already: the first failure stands until a success. A row that
 * another transaction holds is passed over; the endpoint's next attempt sees the difference and says it again.
 *
 * @returns the database's time of writing
 */
export async function writeHealthChanges(executor: Executor, changes: readonly HealthChange[]): Promise<Date> {
  const [row] = await executor.query<{ written_at: Date }>({
    name: 'write-health-changes',
    text: `
      WITH changed AS (
        SELECT e.id, g.failing_since
        FROM unnest($1::uuid[], $2::timestamptz[]) AS g (id, failing_since)
        JOIN webhook_endpoints e ON e.id = g.id
        WHERE (e.failing_since IS NULL) <> (g.failing_since IS NULL) AND (e.enabled OR g.failing_since IS NULL)
        FOR NO KEY UPDATE OF e SKIP LOCKED
      ), written AS (
        UPDATE webhook_endpoints e SET failing_since = c.failing_since FROM changed c WHERE e.id = c.id
      )
      SELECT clock_timestamp() AS written_at`,
    values: [changes.map((change) => change.endpoint_id), changes.map((change) => change.failing_since)],
  });
  return row?.written_at ?? new Date();
}

/**
 * Enabled endpoints all of whose attempts have failed for so long, and at least `minFailed` of whose deliveries had such
 * an attempt. Oldest deliveries first: they are attempted first, and behind an open breaker a million may wait that
 * were not. Those from more than a day before the first failure are not looked at.
 */
export async function findEndpointsToDisable(
  executor: Executor,
  { failingForMs, minFailed }: { failingForMs: number; minFailed: number },
): Promise<string[]> {
  const rows = await executor.query<{ id: string }>({
    name: 'find-endpoints-to-disable',
    text: `
      SELECT e.id FROM webhook_endpoints e
      WHERE e.failing_since <= now() - $1::float8 * interval '1 millisecond' AND e.enabled AND e.deleted_at IS NULL
        AND (
          SELECT count(*) FROM (
            SELECT FROM deliveries d
            WHERE d.endpoint_id = e.id AND d.id >= first_uuid_of(e.failing_since - interval '1 day')
              -- The same again by the column that tells the partition: older ones are not opened.
              AND d.event_id >= first_uuid_of(e.failing_since - interval '1 day')
              AND d.status IN ('pending', 'dead') AND d.attempt_count > 0
              AND EXISTS (SELECT FROM attempts a WHERE a.delivery_id = d.id AND a.started_at >= e.failing_since)
            ORDER BY d.id
            LIMIT $2
          ) AS failed
        ) >= $2
      ORDER BY e.id`,
    values: [failingForMs, minFailed],
  });
  return rows.map((row) => row.id);
}
