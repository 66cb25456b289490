import type { Executor } from '../executor.js';

/** A delivery whose new run has begun, as its job needs it. */
export interface StartedRun {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  /** The attempt that is owed now. */
  attempt: number;
  /** Whether the endpoint takes its deliveries in turn: then it is found in PostgreSQL, and a job would only be dropped. */
  is_held: boolean;
}

export interface RunsToStart {
  tenant_id: string;
  mode: string;
  /** The replay of many that they belong to; null where a person replays this one. */
  replay_id: string | null;
}

/**
 * Begins a new run of deliveries that have ended: due now, with a retry budget of its own. One compare-and-set: what is
 * pending is left alone, so an automatic retry is never disturbed; so is what was a test.
 *
 * @returns the deliveries that moved
 */
export function startReplayRuns(
  executor: Executor,
  { tenant_id, mode, replay_id }: RunsToStart,
  deliveries: readonly { event_id: string; endpoint_id: string }[],
): Promise<StartedRun[]> {
  return executor.query<StartedRun>({
    name: 'start-replay-runs',
    text: START_REPLAY_RUNS,
    values: [
      deliveries.map((delivery) => delivery.event_id),
      deliveries.map((delivery) => delivery.endpoint_id),
      tenant_id,
      mode,
      replay_id,
    ],
  });
}

/** Locked in one order for all: two replays of the same deliveries wait for each other instead of deadlocking. */
const START_REPLAY_RUNS = `
  WITH ended AS (
    SELECT d.event_id, d.endpoint_id
    FROM unnest($1::uuid[], $2::uuid[]) AS given (event_id, endpoint_id)
    JOIN deliveries d ON d.event_id = given.event_id AND d.endpoint_id = given.endpoint_id
    WHERE d.tenant_id = $3 AND d.mode = $4 AND d.status <> 'pending' AND d.run_trigger <> 'test'
    ORDER BY d.id FOR UPDATE OF d
  ), moved AS (
    UPDATE deliveries d SET
      status = 'pending', cancel_reason = NULL, completed_at = NULL, next_attempt_at = now(), queued_until = NULL,
      run_trigger = 'replay', attempts_before_run = d.attempt_count, replay_id = $5, updated_at = now()
    FROM ended e
    WHERE d.event_id = e.event_id AND d.endpoint_id = e.endpoint_id
    RETURNING d.id, d.event_id, d.endpoint_id, d.attempt_count, d.position
  )
  SELECT m.id AS delivery_id, m.event_id, m.endpoint_id, m.attempt_count + 1 AS attempt,
    m.position IS NOT NULL OR e.rate_limit_per_second IS NOT NULL OR f.backlog_since IS NOT NULL
      OR f.paused_until IS NOT NULL AS is_held
  FROM moved m
  JOIN webhook_endpoints e ON e.id = m.endpoint_id
  LEFT JOIN endpoint_flow f ON f.endpoint_id = m.endpoint_id
  ORDER BY m.id`;
