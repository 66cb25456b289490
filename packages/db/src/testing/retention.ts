import { recordAttempts } from '../deliveries/record-attempts.js';
import type { Executor } from '../executor.js';
import { anAttempt, makeDelivery, type MadeDelivery } from './deliveries.js';
import { insertEndpoint, uuidAt } from './fixtures.js';

const DAY_MS = 86_400_000;

/** A moment of the day so many days ago, by UTC, at noon. */
export function noonDaysAgo(days: number): number {
  return (Math.floor(Date.now() / DAY_MS) - days) * DAY_MS + DAY_MS / 2;
}

/** As partitions are named: 20260101. */
export function dayNameOf(daysAgo: number): string {
  return new Date(noonDaysAgo(daysAgo)).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Makes the partitions of all days since then, as a worker that ran all the time would have. */
export async function makePartitionsSince(executor: Executor, daysAgo: number): Promise<void> {
  await executor.query({
    text: `SELECT ensure_day_partitions((now() AT TIME ZONE 'UTC')::date - $1::int, $1::int)`,
    values: [daysAgo],
  });
}

let subscriptions = 0;

/** An endpoint that alone is subscribed to its event type. */
export async function aSubscriber(
  executor: Executor,
  fields: { tenant_id: string; deleted?: boolean },
): Promise<{ endpoint_id: string; type: string }> {
  const type = `retention.made_${(subscriptions += 1)}`;
  return { endpoint_id: await insertEndpoint(executor, { ...fields, event_types: [type] }), type };
}

/** A delivery of an event of that day, still pending. */
export function owedDaysAgo(
  executor: Executor,
  tenant_id: string,
  { endpoint_id, type }: { endpoint_id: string; type: string },
  daysAgo: number,
): Promise<MadeDelivery> {
  return makeDelivery(executor, { tenant_id, endpoint_id, event: { type, id: uuidAt(noonDaysAgo(daysAgo)) } });
}

/** One that was delivered with its first attempt. */
export async function deliveredDaysAgo(...given: Parameters<typeof owedDaysAgo>): Promise<MadeDelivery> {
  const delivery = await owedDaysAgo(...given);
  await recordAttempts(given[0], [anAttempt(delivery)]);
  return delivery;
}

/** Many at once, written directly: what a busy day leaves behind. Every one succeeded with one attempt. */
export async function fillDay(
  executor: Executor,
  {
    tenant_id,
    endpoint_id,
    daysAgo,
    count,
  }: { tenant_id: string; endpoint_id: string; daysAgo: number; count: number },
): Promise<void> {
  await executor.query({
    text: `
      WITH made AS (
        INSERT INTO events (id, tenant_id, mode, type, data, created_at)
        SELECT delivery_id_for(first_uuid_of(to_timestamp($3::float8 / 1000) + n * interval '1 millisecond')), $1, 'live',
          'test.made', '{}', now()
        FROM generate_series(1, $4::int) AS n RETURNING id
      ), ended AS (
        INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, status, attempt_count,
          next_attempt_at, completed_at)
        SELECT id, $2, delivery_id_for(id), $1, 'live', 'test.made', 'succeeded', 1, NULL, now() FROM made RETURNING id
      )
      INSERT INTO attempts (delivery_id, number, tenant_id, started_at, duration_ms, request_headers)
      SELECT id, 1, $1, now(), 1, '{}' FROM ended`,
    values: [tenant_id, endpoint_id, noonDaysAgo(daysAgo), count],
  });
}

/** The ids of an endpoint's deliveries of which everything can be read that GET shows: event, delivery, attempts. */
export async function visibleOf(executor: Executor, endpointId: string): Promise<string[]> {
  const rows = await executor.query<{ id: string }>({
    text: `
      SELECT d.id FROM deliveries d
      JOIN events ev ON ev.id = d.event_id
      WHERE d.endpoint_id = $1
        AND d.attempt_count = (SELECT count(*) FROM attempts a WHERE a.delivery_id = d.id)
      ORDER BY d.id DESC`,
    values: [endpointId],
  });
  return rows.map((row) => row.id);
}

/** Every partition of the three tables, by name. */
export async function partitions(executor: Executor): Promise<string[]> {
  const rows = await executor.query<{ name: string }>({
    text: `
      SELECT inhrelid::regclass::text AS name FROM pg_inherits
      WHERE inhparent IN ('events'::regclass, 'deliveries'::regclass, 'attempts'::regclass) ORDER BY name`,
    values: [],
  });
  return rows.map((row) => row.name);
}
