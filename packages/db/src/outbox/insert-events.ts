import type { Executor } from '../executor.js';

/** An event about to be committed. `data_json` is its data, serialised once; ids are UUIDs. */
export interface NewEvent {
  id: string;
  tenant_id: string;
  mode: string;
  type: string;
  data_json: string;
  request_id: string | null;
  created_at: Date;
}

/**
 * Writes events and their outbox rows in one statement, so one without the other cannot be. Inside a transaction they
 * commit with the domain row; on the pool the statement is its own transaction (invariant 1).
 *
 * It should be the transaction's last statement: for a tenant with a fifo endpoint it holds, until the COMMIT, the lock
 * under which positions are given, so that they rise in the order of commit.
 */
export async function insertEvents(executor: Executor, events: readonly NewEvent[]): Promise<void> {
  await executor.query({
    name: 'insert-events',
    text: INSERT_EVENTS,
    values: [
      events.map((event) => event.id),
      events.map((event) => event.tenant_id),
      events.map((event) => event.mode),
      events.map((event) => event.type),
      events.map((event) => event.data_json),
      events.map((event) => event.request_id),
      events.map((event) => event.created_at),
    ],
  });
}

/**
 * `in_order` asks a partial index that is empty for nearly everybody. Its locks are taken in one order, so that two
 * batches for the same tenants wait for each other instead of deadlocking.
 */
const INSERT_EVENTS = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
      WITH ORDINALITY AS e (id, tenant_id, mode, type, data, request_id, created_at, nth)
  ), in_order AS MATERIALIZED (
    SELECT tenant_id, mode, pg_advisory_xact_lock(hashtextextended(tenant_id::text || mode, 0)) FROM (
      SELECT DISTINCT tenant_id, mode FROM webhook_endpoints
      WHERE tenant_id = ANY ($2::uuid[]) AND mode = ANY ($3::text[]) AND ordering = 'fifo' AND deleted_at IS NULL
      ORDER BY tenant_id, mode
    ) AS tenants
  ), written AS (
    INSERT INTO events (id, tenant_id, mode, type, data, request_id, created_at)
    SELECT id, tenant_id, mode, type, data, request_id, created_at FROM given
  )
  INSERT INTO outbox (event_id, tenant_id, mode, type, request_id, position)
  SELECT id, tenant_id, mode, type, request_id, CASE WHEN ordered THEN nextval('event_positions') END
  FROM (
    SELECT g.*, o.tenant_id IS NOT NULL AS ordered
    FROM given g LEFT JOIN in_order o USING (tenant_id, mode)
    ORDER BY nth
  ) AS numbered`;
