import type { Executor } from '../executor.js';

/** A delivery that the fan-out made, as its first job needs it. */
export interface FannedOutDelivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
}

export interface FanOutResult {
  /** Events taken out of the outbox by this call. Fewer than asked for where another process had some already. */
  event_count: number;
  deliveries: FannedOutDelivery[];
}

interface FanOutRow {
  event_id: string;
  delivery_id: string | null;
  endpoint_id: string | null;
}

/**
 * Takes events out of the outbox and inserts one delivery per subscribed endpoint, in one statement and so in one
 * transaction: an event is either still in the outbox or has all its deliveries. Two fan-outs of one event meet at the
 * outbox row's lock; the second finds the row gone and does nothing. Subscriptions are matched by the database, not
 * by a cache: an endpoint whose creation was answered with 201 gets the very next event.
 */
export async function fanOutEvents(executor: Executor, eventIds: readonly string[]): Promise<FanOutResult> {
  const rows = await executor.query<FanOutRow>({ name: 'fan-out', text: FAN_OUT_GIVEN, values: [eventIds] });
  return toResult(rows);
}

/**
 * The same for what waits in the outbox, oldest first: what the queue missed. Rows that another process is fanning
 * out at this moment are passed over.
 *
 * @param minAgeMs younger rows are left to the queue, which is about to bring them
 */
export async function fanOutWaiting(executor: Executor, minAgeMs: number, limit: number): Promise<FanOutResult> {
  const rows = await executor.query<FanOutRow>({
    name: 'fan-out-waiting',
    text: FAN_OUT_WAITING,
    values: [minAgeMs, limit],
  });
  return toResult(rows);
}

function toResult(rows: FanOutRow[]): FanOutResult {
  const deliveries = rows.flatMap(({ event_id, delivery_id, endpoint_id }) =>
    delivery_id !== null && endpoint_id !== null ? [{ delivery_id, event_id, endpoint_id }] : [],
  );
  return { event_count: new Set(rows.map((row) => row.event_id)).size, deliveries };
}

/**
 * `event_patterns` gives the patterns an event matches, as patternsMatching() of packages/shared does: the name, each
 * of its resources with a star, and the star (a test holds the two together). Who subscribed to an event's alias alone
 * gets it under that name.
 */
const INSERT_DELIVERIES = `
  matched AS (
    SELECT c.event_id, e.id AS endpoint_id, c.tenant_id, c.mode, c.request_id,
      CASE WHEN e.event_types && event_patterns(c.type) THEN c.type ELSE event_alias(c.type) END AS type
    FROM claimed c
    JOIN webhook_endpoints e
      ON e.tenant_id = c.tenant_id AND e.mode = c.mode AND e.enabled AND e.deleted_at IS NULL
      AND (e.event_types && event_patterns(c.type) OR event_alias(c.type) = ANY (e.event_types))
  ), inserted AS (
    INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, request_id)
    SELECT event_id, endpoint_id, delivery_id_for(event_id), tenant_id, mode, type, request_id FROM matched
    ON CONFLICT (event_id, endpoint_id) DO NOTHING
    RETURNING event_id, endpoint_id, id
  )
  SELECT c.event_id, i.id AS delivery_id, i.endpoint_id
  FROM claimed c LEFT JOIN inserted i ON i.event_id = c.event_id`;

const FAN_OUT_GIVEN = `
  WITH claimed AS (
    DELETE FROM outbox WHERE event_id = ANY ($1::uuid[]) RETURNING event_id, tenant_id, mode, type, request_id
  ), ${INSERT_DELIVERIES}`;

const FAN_OUT_WAITING = `
  WITH claimed AS (
    DELETE FROM outbox WHERE event_id IN (
      SELECT event_id FROM outbox
      WHERE committed_at <= now() - $1::float8 * interval '1 millisecond'
      ORDER BY event_id LIMIT $2 FOR UPDATE SKIP LOCKED
    ) RETURNING event_id, tenant_id, mode, type, request_id
  ), ${INSERT_DELIVERIES}`;
