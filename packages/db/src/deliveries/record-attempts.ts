import type { Executor } from '../executor.js';
import { byKey } from './by-key.js';

/** What one attempt did and where it leaves its delivery; the two are committed together (invariant 5). */
export interface AttemptRecord {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  /** The attempt's number, from 1: it is recorded only if the delivery has made exactly one fewer so far. */
  number: number;
  started_at: Date;
  duration_ms: number;
  status_code: number | null;
  error_code: string | null;
  error_message: string | null;
  request_headers: Record<string, string>;
  response_headers: Record<string, string | string[]> | null;
  response_body: string | null;
  /** The delivery's state after this attempt. */
  status: 'succeeded' | 'pending' | 'dead';
  /** Where the delivery stays pending: the pause until its next attempt, counted by the database's clock. */
  retry_delay_ms: number | null;
  /** How long past its time the retry is believed to be in the queue, where its recorder puts it there; else null. */
  claim_ms: number | null;
}

/**
 * Records a batch in one statement. An attempt whose delivery has moved on meanwhile (the job ran twice) changes
 * nothing and is missing from the answer.
 *
 * @param records at most one a delivery
 * @returns the ids of the deliveries that moved
 */
export async function recordAttempts(executor: Executor, records: readonly AttemptRecord[]): Promise<Set<string>> {
  // One order for all: two batches with the same deliveries lock them in turn instead of each other.
  const sorted = records.toSorted((a, b) => (a.delivery_id < b.delivery_id ? -1 : 1));
  const rows = await executor.query<{ delivery_id: string }>({
    name: 'record-attempts',
    text: RECORD_ATTEMPTS,
    // One text of JSON: as arrays of text, headers would be JSON within an array's quotes, quoted by pg once more.
    values: [JSON.stringify(sorted)],
  });
  return new Set(rows.map((row) => row.delivery_id));
}

const RECORD_ATTEMPTS = `
  WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS a (event_id uuid, endpoint_id uuid, number int, started_at timestamptz,
      duration_ms int, status_code int, error_code text, error_message text, request_headers json, response_headers json,
      response_body text, status text, retry_delay_ms float8, claim_ms float8)
    -- True of each; the planner guesses that it is true of one in 200 and looks few deliveries up by their key. With the
    -- hundred that it takes every function to give, a plan made on empty tables reads all deliveries (measured: 700 ms).
    WHERE number BETWEEN 1 AND 2147483647
  ), moved AS (
    UPDATE deliveries d SET
      status = g.status,
      attempt_count = g.number,
      next_attempt_at = CASE WHEN g.status = 'pending' THEN now() + g.retry_delay_ms * interval '1 millisecond' END,
      queued_until = CASE WHEN g.status = 'pending' THEN now() + (g.retry_delay_ms + g.claim_ms) * interval '1 millisecond' END,
      last_status_code = g.status_code,
      last_error_code = g.error_code,
      last_error_message = g.error_message,
      updated_at = now(),
      completed_at = CASE WHEN g.status <> 'pending' THEN now() END
    FROM given g
    WHERE ${byKey('d', 'g')}
      AND d.status = 'pending' AND d.attempt_count = g.number - 1
    -- With what is given: joined to it once more, each would be held against each (measured: half of the statement's time).
    RETURNING d.id, d.tenant_id, d.run_trigger, g.number, g.started_at, g.duration_ms, g.status_code, g.error_code,
      g.error_message, g.request_headers, g.response_headers, g.response_body
  )
  INSERT INTO attempts (delivery_id, number, tenant_id, trigger, started_at, duration_ms, status_code, error_code,
    error_message, request_headers, response_headers, response_body)
  SELECT id, number, tenant_id, run_trigger, started_at, duration_ms, status_code, error_code, error_message,
    request_headers, response_headers, response_body
  FROM moved
  RETURNING delivery_id`;

/** Ends a delivery that no attempt is owed to any more, without a POST. @returns whether it was still pending */
export async function cancelDelivery(
  executor: Executor,
  key: { event_id: string; endpoint_id: string },
  reason: 'endpoint_deleted' | 'endpoint_disabled',
): Promise<boolean> {
  const rows = await executor.query({
    name: 'cancel-delivery',
    text: `
      UPDATE deliveries
      SET status = 'cancelled', cancel_reason = $3, next_attempt_at = NULL, queued_until = NULL, updated_at = now(), completed_at = now()
      WHERE event_id = $1 AND endpoint_id = $2 AND status = 'pending'
      RETURNING id`,
    values: [key.event_id, key.endpoint_id, reason],
  });
  return rows.length > 0;
}
