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
    values: [
      sorted.map((record) => record.event_id),
      sorted.map((record) => record.endpoint_id),
      sorted.map((record) => record.number),
      sorted.map((record) => record.started_at),
      sorted.map((record) => record.duration_ms),
      sorted.map((record) => record.status_code),
      sorted.map((record) => record.error_code),
      sorted.map((record) => record.error_message),
      sorted.map((record) => JSON.stringify(record.request_headers)),
      sorted.map((record) => record.response_headers && JSON.stringify(record.response_headers)),
      sorted.map((record) => record.response_body),
      sorted.map((record) => record.status),
      sorted.map((record) => record.retry_delay_ms),
    ],
  });
  return new Set(rows.map((row) => row.delivery_id));
}

const RECORD_ATTEMPTS = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::int[], $6::int[], $7::text[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::float8[])
      AS a (event_id, endpoint_id, number, started_at, duration_ms, status_code, error_code,
        error_message, request_headers, response_headers, response_body, status, retry_delay_ms)
  ), moved AS (
    UPDATE deliveries d SET
      status = g.status,
      attempt_count = g.number,
      next_attempt_at = CASE WHEN g.status = 'pending' THEN now() + g.retry_delay_ms * interval '1 millisecond' END,
      queued_until = NULL,
      last_status_code = g.status_code,
      last_error_code = g.error_code,
      last_error_message = g.error_message,
      updated_at = now(),
      completed_at = CASE WHEN g.status <> 'pending' THEN now() END
    FROM given g
    WHERE ${byKey('d', 'g')}
      AND d.status = 'pending' AND d.attempt_count = g.number - 1
    RETURNING d.event_id, d.endpoint_id, d.id, d.tenant_id, d.run_trigger
  )
  INSERT INTO attempts (delivery_id, number, tenant_id, trigger, started_at, duration_ms, status_code, error_code,
    error_message, request_headers, response_headers, response_body)
  SELECT m.id, g.number, m.tenant_id, m.run_trigger, g.started_at, g.duration_ms, g.status_code, g.error_code,
    g.error_message, g.request_headers, g.response_headers, g.response_body
  FROM given g JOIN moved m USING (event_id, endpoint_id)
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
