import type { Database } from '@switchboard/db';
import { fromPublicId } from '@switchboard/shared';

export interface ManyDeliveries {
  /** Public ids. */
  tenantId: string;
  endpointId: string;
  count: number;
  /** One in so many has failed for good. Default 50. */
  failedEvery?: number;
}

const FAILED_EVERY = 50;
const SPREAD_MS = 23 * 3_600_000;

/**
 * A log of ended deliveries with their events and one attempt each, spread over the last day in waves, as
 * days are, written straight into the tables: the product would need minutes for them.
 */
export async function seedManyDeliveries(database: Database, wanted: ManyDeliveries): Promise<void> {
  const tenant = fromPublicId('tenant', wanted.tenantId);
  const endpoint = fromPublicId('endpoint', wanted.endpointId);
  await database.transaction(async (executor) => {
    await executor.query({
      text: `
        CREATE TEMPORARY TABLE seeded ON COMMIT DROP AS
        SELECT n, event_id, delivery_id_for(event_id) AS id, n % $2::int = 0 AS is_failed, at
        FROM (
          SELECT n, at, (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' ||
            right(replace(gen_random_uuid()::text, '-', ''), 19))::uuid AS event_id
          FROM (SELECT n, now() - $3::float8 * (1 - x - 0.04 * sin(4 * pi() * x)) * interval '1 millisecond' AS at
                FROM (SELECT n, n::float8 / $1::int AS x FROM generate_series(1, $1::int) AS n) AS numbers) AS moments
        ) AS events`,
      values: [wanted.count, wanted.failedEvery ?? FAILED_EVERY, SPREAD_MS],
    });
    await executor.query({
      text: `
        INSERT INTO events (id, tenant_id, mode, type, data, created_at)
        SELECT event_id, $1, 'live', 'appointment.created', '{"id":"apt_seeded"}', at FROM seeded`,
      values: [tenant],
    });
    await executor.query({
      text: `
        INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, status, attempt_count,
          next_attempt_at, last_status_code, last_error_code, last_error_message, created_at, updated_at, completed_at)
        SELECT event_id, $2, id, $1, 'live', 'appointment.created', CASE WHEN is_failed THEN 'dead' ELSE 'succeeded' END, 1,
          NULL, CASE WHEN is_failed THEN 500 ELSE 200 END, CASE WHEN is_failed THEN 'http_status' END,
          CASE WHEN is_failed THEN 'The endpoint answered 500.' END, at, at, at + interval '40 milliseconds' FROM seeded`,
      values: [tenant, endpoint],
    });
    await executor.query({
      text: `
        INSERT INTO attempts (delivery_id, number, tenant_id, started_at, duration_ms, status_code, error_code,
          error_message, request_headers, response_headers, response_body)
        SELECT id, 1, $1, at, 10 + n % 90, CASE WHEN is_failed THEN 500 ELSE 200 END,
          CASE WHEN is_failed THEN 'http_status' END, CASE WHEN is_failed THEN 'The endpoint answered 500.' END,
          '{}', '{}', 'ok' FROM seeded`,
      values: [tenant],
    });
  });
  // As autovacuum does on a live server before long.
  await database.query({ text: 'ANALYZE events, deliveries, attempts', values: [] });
}
