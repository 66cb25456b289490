import type { Executor } from '../executor.js';

/** A delivery that the fan-out made, as its first job needs it. */
export interface FannedOutDelivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  /** Why it is not put into the queue but taken from PostgreSQL when its turn has come; null where nothing holds it. */
  held_by: HeldBy | null;
  /** Until then it is believed to be on its way; null where it is held. */
  claimed_until: Date | null;
}

/**
 * `turn`: the endpoint is fifo. `rate`: it has a limit of deliveries a second. `pause`: its breaker is open. `backlog`:
 * it has more to take than places.
 */
export type HeldBy = 'turn' | 'rate' | 'pause' | 'backlog';

export interface FanOutResult {
  /** Events taken out of the outbox by this call. Fewer than asked for where another process had some already. */
  event_count: number;
  deliveries: FannedOutDelivery[];
}

interface FanOutRow {
  /** Set in the one row that counts the events. */
  event_count: number | null;
  event_id: string;
  delivery_id: string;
  endpoint_id: string;
  held_by: HeldBy | null;
  claimed_until: Date | null;
}

/**
 * Takes events out of the outbox and inserts one delivery per subscribed endpoint, in one statement and so in one
 * transaction: an event is either still in the outbox or has all its deliveries. Of two fan-outs of one
 * event the second finds the outbox row locked or gone, and passes it over. Subscriptions are matched by the database, not
 * by a cache: an endpoint whose creation was answered with 201 gets the very next event.
 *
 * @param leaseMs for how long a delivery that nothing holds back is believed to be on its way: its caller begins it or
 * puts it into the queue, and gives back what it does neither with
 */
export async function fanOutEvents(
  executor: Executor,
  eventIds: readonly string[],
  leaseMs = 0,
): Promise<FanOutResult> {
  const rows = await executor.query<FanOutRow>({ name: 'fan-out', text: FAN_OUT_GIVEN, values: [eventIds, leaseMs] });
  return toResult(rows);
}

/**
 * The same for what waits in the outbox, oldest first: what the queue missed. Rows that another process is fanning
 * out at this moment are passed over.
 *
 * @param minAgeMs younger rows are left to the queue, which is about to bring them
 */
export async function fanOutWaiting(
  executor: Executor,
  minAgeMs: number,
  limit: number,
  leaseMs = 0,
): Promise<FanOutResult> {
  const rows = await executor.query<FanOutRow>({
    name: 'fan-out-waiting',
    text: FAN_OUT_WAITING,
    values: [minAgeMs, limit, leaseMs],
  });
  return toResult(rows);
}

function toResult(rows: FanOutRow[]): FanOutResult {
  const deliveries = rows.flatMap(({ event_count, ...delivery }) => (event_count === null ? [delivery] : []));
  return { event_count: rows.find((row) => row.event_count !== null)?.event_count ?? 0, deliveries };
}

/**
 * `event_patterns` gives the patterns an event matches, as patternsMatching() of packages/shared does: the name, each
 * of its resources with a star, and the star (a test holds the two together). They are made once an event and not once
 * for each pair of event and endpoint, which was most of a fan-out's time. Who subscribed to an event's alias alone gets
 * it under that name.
 */
const claimedUntil = (leaseParameter: string) =>
  `CASE WHEN held_by IS NULL THEN (now() + ${leaseParameter}::float8 * interval '1 millisecond')::timestamptz(3) END`;

const insertDeliveries = (leaseParameter: string) => `
  named AS MATERIALIZED (
    SELECT *, event_patterns(type) AS patterns, event_alias(type) AS alias FROM claimed
  ), matched AS MATERIALIZED (
    SELECT delivery_id_for(c.event_id) AS delivery_id, c.event_id, e.id AS endpoint_id, c.tenant_id, c.mode, c.request_id,
      CASE WHEN e.ordering = 'fifo' THEN coalesce(c.position, 0) END AS position,
      CASE
        WHEN e.rate_limit_per_second IS NOT NULL THEN 'rate' WHEN e.ordering = 'fifo' THEN 'turn'
        WHEN f.paused_until IS NOT NULL THEN 'pause' WHEN f.backlog_since IS NOT NULL THEN 'backlog'
      END AS held_by,
      CASE WHEN e.event_types && c.patterns THEN c.type ELSE c.alias END AS type
    FROM named c
    JOIN webhook_endpoints e
      ON e.tenant_id = c.tenant_id AND e.mode = c.mode AND e.enabled AND e.deleted_at IS NULL
      AND (e.event_types && c.patterns OR c.alias = ANY (e.event_types))
    LEFT JOIN endpoint_flow f ON f.endpoint_id = e.id
  ), inserted AS (
    INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, request_id, position, queued_until)
    SELECT event_id, endpoint_id, delivery_id, tenant_id, mode, type, request_id, position, ${claimedUntil(leaseParameter)}
    FROM matched
    ON CONFLICT (event_id, endpoint_id) DO NOTHING
    RETURNING id
  )
  SELECT NULL::int AS event_count, event_id, delivery_id, endpoint_id, held_by, ${claimedUntil(leaseParameter)} AS claimed_until
  FROM matched
  -- Asked this way, of a hash: as a join it would be each against each.
  WHERE (delivery_id IN (SELECT id FROM inserted)) IS TRUE
  UNION ALL
  SELECT count(*)::int, NULL, NULL, NULL, NULL, NULL FROM claimed`;

/** What another process is fanning out at this moment is left to it; should it fail, the relay has it. */
const FAN_OUT_GIVEN = `
  WITH claimed AS (
    DELETE FROM outbox WHERE event_id IN (
      SELECT event_id FROM outbox WHERE event_id = ANY ($1::uuid[]) FOR UPDATE SKIP LOCKED
    ) RETURNING event_id, tenant_id, mode, type, request_id, position
  ), ${insertDeliveries('$2')}`;

const FAN_OUT_WAITING = `
  WITH claimed AS (
    DELETE FROM outbox WHERE event_id IN (
      SELECT event_id FROM outbox
      WHERE committed_at <= now() - $1::float8 * interval '1 millisecond'
      ORDER BY event_id LIMIT $2 FOR UPDATE SKIP LOCKED
    ) RETURNING event_id, tenant_id, mode, type, request_id, position
  ), ${insertDeliveries('$3')}`;
