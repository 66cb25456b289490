import type { Executor } from '../executor.js';
import { IS_FREE, markAsQueued, type TakenDelivery } from './taken.js';

export interface BacklogDelivery extends TakenDelivery {
  /**
   * No job of it can exist: nobody has claimed this attempt, and its run did not begin with a job, as a replay and a test
   * do.
   */
  is_untouched: boolean;
}

export interface BacklogTaken {
  taken: BacklogDelivery[];
  /** Endpoints with nothing left that is due: their next deliveries go straight into the queue again. */
  ended: string[];
}

/**
 * Takes the next due deliveries of endpoints with a backlog, most overdue first and each at most so many, and ends the
 * backlogs of which nothing is left, in the queue or under way either: what finds no place there comes back. Deliveries
 * that another worker is taking or recording at this moment are passed over.
 * Endpoints whose breaker is open or whose rate is limited give none.
 */
export async function takeBacklog(
  executor: Executor,
  wanted: ReadonlyMap<string, number>,
  leaseMs: number,
): Promise<BacklogTaken> {
  const rows = await executor.query<BacklogDelivery & { ended_endpoint_id: string | null }>({
    name: 'take-backlog',
    text: TAKE_BACKLOG,
    values: [[...wanted.keys()], [...wanted.values()], leaseMs],
  });
  return {
    taken: rows.filter((row) => row.ended_endpoint_id === null).map(({ ended_endpoint_id: _, ...taken }) => taken),
    ended: rows.flatMap((row) => row.ended_endpoint_id ?? []),
  };
}

const TAKE_BACKLOG = `
  WITH asked AS (
    SELECT a.endpoint_id, a.wanted
    FROM unnest($1::uuid[], $2::int[]) AS a (endpoint_id, wanted)
    JOIN webhook_endpoints e ON e.id = a.endpoint_id AND e.rate_limit_per_second IS NULL
    LEFT JOIN endpoint_flow f ON f.endpoint_id = a.endpoint_id
    WHERE f.paused_until IS NULL
  ), picked AS (
    SELECT due.event_id, due.endpoint_id, due.is_untouched
    FROM asked a CROSS JOIN LATERAL (
      SELECT d.event_id, d.endpoint_id,
        d.queued_until IS NULL AND d.run_trigger = 'automatic' AS is_untouched
      FROM deliveries d
      WHERE d.endpoint_id = a.endpoint_id AND d.position IS NULL AND ${IS_FREE}
      ORDER BY d.next_attempt_at LIMIT a.wanted FOR UPDATE SKIP LOCKED
    ) AS due
  ), marked AS (${markAsQueued('$3')}
  ), exhausted AS (
    SELECT a.endpoint_id FROM asked a
    WHERE (SELECT count(*) FROM picked p WHERE p.endpoint_id = a.endpoint_id) < a.wanted
      AND NOT EXISTS (
        SELECT FROM deliveries d
        WHERE d.endpoint_id = a.endpoint_id AND d.position IS NULL AND d.status = 'pending' AND d.next_attempt_at <= now()
          AND NOT EXISTS (SELECT FROM picked p WHERE p.event_id = d.event_id AND p.endpoint_id = d.endpoint_id))
  ), ended AS (
    UPDATE endpoint_flow f SET backlog_since = NULL
    WHERE f.endpoint_id IN (
      -- Locked in the order in which backlogs are noted, so that neither waits for the other.
      SELECT noted.endpoint_id FROM endpoint_flow noted JOIN exhausted x ON x.endpoint_id = noted.endpoint_id
      WHERE noted.backlog_since IS NOT NULL ORDER BY noted.endpoint_id FOR UPDATE OF noted)
  )
  SELECT delivery_id, event_id, endpoint_id, attempt, delay_ms,
    (event_id, endpoint_id) IN (SELECT event_id, endpoint_id FROM picked WHERE is_untouched) AS is_untouched, NULL::uuid AS ended_endpoint_id
  FROM marked
  UNION ALL
  SELECT NULL, NULL, NULL, NULL, NULL, NULL, endpoint_id FROM exhausted`;
