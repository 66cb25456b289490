import type { Database } from '@switchboard/db';
import type { BenchStack } from './bench-stack.js';

const DAYS = 7;
/** What one statement inserts; a single one for all would hold its memory until the end. */
const CHUNK = 100_000;

/**
 * Fills the tables with events of the past week, two succeeded deliveries for each with one attempt, made by PostgreSQL
 * itself. They belong to the tenant of the stack and to two of its endpoints.
 */
export async function insertOldEvents({ database }: Pick<BenchStack, 'database'>, count: number): Promise<void> {
  await database.query({
    text: `SELECT ensure_day_partitions((now() AT TIME ZONE 'UTC')::date - $1::int, $1::int)`,
    values: [DAYS + 1],
  });
  for (let first = 0; first < count; first += CHUNK) {
    const last = Math.min(first + CHUNK, count) - 1;
    await insertChunk(database, { first, last, count });
  }
  await database.query({ text: 'VACUUM ANALYZE events, deliveries, attempts', values: [] });
}

async function insertChunk(
  database: Database,
  { first, last, count }: { first: number; last: number; count: number },
): Promise<void> {
  await database.query({ text: INSERT_CHUNK, values: [first, last, count, DAYS] });
}

/** An event's id is a UUIDv7 of its time that ends in its number; its deliveries' ids carry the same millisecond. */
const INSERT_CHUNK = `
  WITH owner AS (
    SELECT tenant_id, array_agg(id ORDER BY id) AS endpoint_ids
    FROM webhook_endpoints WHERE deleted_at IS NULL GROUP BY tenant_id LIMIT 1
  ), made AS (
    SELECT n, date_trunc('milliseconds', now()) - interval '1 hour' - (n::float8 / $3::int) * $4::int * interval '1 day' AS at
    FROM generate_series($1::int, $2::int) AS n
  ), inserted_events AS (
    INSERT INTO events (id, tenant_id, mode, type, data, created_at)
    SELECT (left(first_uuid_of(at)::text, 14) || '7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, tenant_id,
      'live', 'group_0.made', '{"id":"' || n || '","note":"' || repeat('x', 200) || '"}', at
    FROM made, owner
    RETURNING id, tenant_id, mode, type, created_at
  ), inserted_deliveries AS (
    INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, status, attempt_count,
      next_attempt_at, last_status_code, created_at, updated_at, completed_at)
    SELECT e.id, endpoint_id, delivery_id_for(e.id), e.tenant_id, e.mode, e.type, 'succeeded', 1, NULL, 200,
      e.created_at, e.created_at, e.created_at
    FROM inserted_events e, owner, unnest(endpoint_ids[1:2]) AS endpoint_id
    RETURNING id, tenant_id, created_at
  )
  INSERT INTO attempts (delivery_id, number, tenant_id, started_at, duration_ms, status_code, request_headers,
    response_headers, response_body)
  SELECT id, 1, tenant_id, created_at, 12, 200, '{"content-type":"application/json","webhook-id":"' || id || '"}',
    '{"content-type":"text/plain","content-length":"2"}', 'ok'
  FROM inserted_deliveries`;
