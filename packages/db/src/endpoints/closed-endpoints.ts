import type { Executor } from '../executor.js';

/** An endpoint that gets nothing any more and to which something is still owed. */
export interface ClosedEndpoint {
  endpoint_id: string;
  cancel_reason: 'endpoint_deleted' | 'endpoint_disabled';
  /** `due`: the owner may enable it again, and what comes due later is then sent. */
  which: 'all' | 'due';
}

/**
 * Deleted and disabled endpoints with something to cancel. Attempts that were under way when an endpoint was closed are
 * given the time to end and to be recorded; no new ones begin meanwhile.
 *
 * It goes through the indexes of what is owed from endpoint to endpoint, one descent each: a million deliveries owed
 * to one endpoint cost no more than one.
 *
 * @param attemptTimeoutMs the deadline of endpoints without a `timeout_ms` of their own
 */
export function findClosedEndpoints(executor: Executor, attemptTimeoutMs: number): Promise<ClosedEndpoint[]> {
  return executor.query<ClosedEndpoint>({
    name: 'find-closed-endpoints',
    text: FIND_CLOSED_ENDPOINTS,
    values: [attemptTimeoutMs],
  });
}

const UNORDERED = `d.status = 'pending' AND d.position IS NULL`;
const ORDERED = `d.status = 'pending' AND d.position IS NOT NULL`;

/** Each step finds the next endpoint that owes something; the last one finds none and ends it. */
function endpointsOwed(name: string, predicate: string): string {
  return `
  ${name} (endpoint_id) AS (
    (SELECT d.endpoint_id FROM deliveries d WHERE ${predicate} ORDER BY d.endpoint_id LIMIT 1)
    UNION ALL
    SELECT following.endpoint_id
    FROM ${name} CROSS JOIN LATERAL (
      SELECT d.endpoint_id FROM deliveries d
      WHERE ${predicate} AND d.endpoint_id > ${name}.endpoint_id ORDER BY d.endpoint_id LIMIT 1
    ) AS following
  )`;
}

/** Between the end of an exchange and its record: the recorder writes several times a second. */
const RECORD_MARGIN_MS = 2_000;

const FIND_CLOSED_ENDPOINTS = `
  WITH RECURSIVE ${endpointsOwed('unordered', UNORDERED)}, ${endpointsOwed('ordered', ORDERED)},
  closed AS (
    SELECT e.id, coalesce(e.deleted_at, e.disabled_at, e.updated_at) AS closed_at, e.timeout_ms,
      e.deleted_at IS NOT NULL AS is_deleted,
      e.deleted_at IS NOT NULL OR e.disabled_reason IS NOT DISTINCT FROM 'gone' AS is_for_good
    FROM (SELECT endpoint_id FROM unordered UNION SELECT endpoint_id FROM ordered) AS owed
    JOIN webhook_endpoints e ON e.id = owed.endpoint_id
    WHERE e.deleted_at IS NOT NULL OR NOT e.enabled
  )
  SELECT c.id AS endpoint_id,
    CASE WHEN c.is_deleted THEN 'endpoint_deleted' ELSE 'endpoint_disabled' END AS cancel_reason,
    CASE WHEN c.is_for_good THEN 'all' ELSE 'due' END AS which
  FROM closed c
  WHERE c.closed_at <= now() - (coalesce(c.timeout_ms, $1::float8) + ${RECORD_MARGIN_MS}) * interval '1 millisecond'
    AND (c.is_for_good
      OR EXISTS (SELECT FROM deliveries d WHERE d.endpoint_id = c.id AND ${UNORDERED} AND d.next_attempt_at <= now())
      OR EXISTS (SELECT FROM deliveries d WHERE d.endpoint_id = c.id AND ${ORDERED} AND d.next_attempt_at <= now()))
  ORDER BY c.id`;

/** `later`: due so far off that no attempt of it can be under way. */
export type WhichOwed = 'all' | 'due' | 'later';

const PREDICATES: Record<WhichOwed, string> = {
  all: 'true',
  due: 'd.next_attempt_at <= now()',
  later: `d.next_attempt_at > now() + interval '5 seconds'`,
};

export interface OwedToCancel {
  endpoint_id: string;
  cancel_reason: ClosedEndpoint['cancel_reason'];
  which: WhichOwed;
  limit: number;
}

/**
 * Cancels one batch of what is owed to an endpoint, without a POST. What another transaction is changing is passed over,
 * and nothing is cancelled where the endpoint was opened again meanwhile.
 *
 * @returns how many were cancelled; as many as the limit where there may be more
 */
export async function cancelOwed(
  executor: Executor,
  { endpoint_id, cancel_reason, which, limit }: OwedToCancel,
): Promise<number> {
  const batch = (predicate: string) => `
    SELECT d.event_id FROM deliveries d
    WHERE d.endpoint_id = $1 AND ${predicate} AND ${PREDICATES[which]}
      AND EXISTS (SELECT FROM webhook_endpoints e WHERE e.id = $1 AND (e.deleted_at IS NOT NULL OR NOT e.enabled))
    LIMIT $3 FOR UPDATE SKIP LOCKED`;
  const rows = await executor.query({
    name: `cancel-owed-${which}`,
    text: `
      WITH unordered AS (${batch(UNORDERED)}), ordered AS (${batch(ORDERED)}),
      picked AS (SELECT event_id FROM unordered UNION ALL SELECT event_id FROM ordered LIMIT $3)
      UPDATE deliveries d
      SET status = 'cancelled', cancel_reason = $2, next_attempt_at = NULL, queued_until = NULL,
        updated_at = now(), completed_at = now()
      FROM picked p
      WHERE d.event_id = p.event_id AND d.endpoint_id = $1 AND d.status = 'pending'
      RETURNING d.id`,
    values: [endpoint_id, cancel_reason, limit],
  });
  return rows.length;
}
