import type { Executor } from '../executor.js';
import { IS_FREE, markAsQueued, type TakenDelivery } from './taken.js';

/**
 * Takes the head of each fifo endpoint: the pending delivery with the least position, where it is due and not queued
 * already. It has to wait while an event of an earlier position stands in the outbox: positions rise in the order of
 * commit, but events may be fanned out in another. Two workers that ask at once get it once, by the row's lock. Events
 * from before the endpoint was fifo share one position, and go by their ids.
 */
export function takeHeads(
  executor: Executor,
  endpointIds: readonly string[],
  leaseMs: number,
): Promise<TakenDelivery[]> {
  return executor.query<TakenDelivery>({
    name: 'take-heads',
    text: `
      WITH heads AS (
        SELECT h.event_id, h.endpoint_id, h.next_attempt_at
        FROM unnest($1::uuid[]) AS a (endpoint_id)
        JOIN webhook_endpoints e ON e.id = a.endpoint_id
        LEFT JOIN endpoint_flow f ON f.endpoint_id = e.id
        CROSS JOIN LATERAL (
          SELECT d.event_id, d.endpoint_id, d.position, d.next_attempt_at FROM deliveries d
          WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.position IS NOT NULL
          ORDER BY d.position, d.event_id LIMIT 1
        ) AS h
        WHERE f.paused_until IS NULL AND e.rate_limit_per_second IS NULL AND NOT EXISTS (
          SELECT FROM outbox o WHERE o.tenant_id = e.tenant_id AND o.mode = e.mode AND o.position < h.position)
      ), picked AS (
        SELECT event_id, endpoint_id FROM heads WHERE next_attempt_at <= now()
      )
      ${markAsQueued('$2')}`,
    values: [endpointIds, leaseMs],
  });
}

/**
 * Takes what each rate-limited endpoint may get at this moment, from a bucket of tokens that all workers share: it fills
 * with `rate_limit_per_second` and holds a fifth of a second's worth, so that in no second more than 1.2 times the limit
 * is taken. A fifo endpoint gives its head alone.
 */
export function takeWithinRate(
  executor: Executor,
  endpointIds: readonly string[],
  leaseMs: number,
): Promise<TakenDelivery[]> {
  return executor.query<TakenDelivery>({
    name: 'take-within-rate',
    text: `
      WITH made AS (
        -- Those that have none: for one that another worker is changing now, ON CONFLICT would wait, and two for each other.
        INSERT INTO endpoint_flow (endpoint_id)
        SELECT id FROM unnest($1::uuid[]) AS a (id)
        WHERE NOT EXISTS (SELECT FROM endpoint_flow f WHERE f.endpoint_id = a.id) ORDER BY id
        ON CONFLICT DO NOTHING
      ), buckets AS (
        SELECT f.endpoint_id, e.tenant_id, e.mode, e.rate_limit_per_second AS rate, f.tokens, f.refilled_at,
          -- Not now(): the statement may have begun before the one whose bucket it finds here.
          clock_timestamp() AS asked_at
        FROM endpoint_flow f JOIN webhook_endpoints e ON e.id = f.endpoint_id AND e.rate_limit_per_second IS NOT NULL
        WHERE f.endpoint_id = ANY ($1::uuid[]) AND f.paused_until IS NULL
        FOR UPDATE OF f SKIP LOCKED
      ), filled AS (
        SELECT endpoint_id, tenant_id, mode, asked_at,
          least(
            greatest(1, rate / 5.0),
            -- Never below nothing, as where the database's clock was set back: it begins anew from there.
            greatest(0, coalesce(tokens + rate * extract(epoch FROM asked_at - refilled_at), 1))
          )::float8 AS tokens
        FROM buckets
      ), picked AS (
        SELECT due.event_id, due.endpoint_id
        FROM filled b CROSS JOIN LATERAL (
          SELECT * FROM (
            (SELECT d.event_id, d.endpoint_id FROM deliveries d
             WHERE d.endpoint_id = b.endpoint_id AND d.position IS NULL AND ${IS_FREE}
             ORDER BY d.next_attempt_at LIMIT floor(b.tokens))
            UNION ALL
            (SELECT h.event_id, h.endpoint_id FROM (
               SELECT * FROM deliveries d
               WHERE d.endpoint_id = b.endpoint_id AND d.status = 'pending' AND d.position IS NOT NULL
               ORDER BY d.position, d.event_id LIMIT 1) AS h
             WHERE h.next_attempt_at <= now() AND (h.queued_until IS NULL OR h.queued_until <= now())
               AND NOT EXISTS (
                 SELECT FROM outbox o WHERE o.tenant_id = b.tenant_id AND o.mode = b.mode AND o.position < h.position))
          ) AS candidates LIMIT floor(b.tokens)
        ) AS due
      ), spent AS (
        UPDATE endpoint_flow f SET refilled_at = b.asked_at,
          tokens = b.tokens - (SELECT count(*) FROM picked p WHERE p.endpoint_id = b.endpoint_id)
        FROM filled b WHERE f.endpoint_id = b.endpoint_id
      )
      ${markAsQueued('$2')}`,
    values: [endpointIds, leaseMs],
  });
}
