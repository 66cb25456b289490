import { byKey } from '../deliveries/by-key.js';

/** A delivery whose next attempt is owed, as its job needs it. */
export interface TakenDelivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  /** The attempt that is owed. */
  attempt: number;
  /** How long until it is due; 0 where it is overdue. */
  delay_ms: number;
}

/** Due and not believed to be in the queue: `d` is the delivery. */
export const IS_FREE = `d.status = 'pending' AND d.next_attempt_at <= now() AND (d.queued_until IS NULL OR d.queued_until <= now())`;

/**
 * Marks `picked (event_id, endpoint_id)` as queued for `$lease` milliseconds past the time they are due. A job that is
 * lost is missed for so long and no longer; one that merely waits longer is taken again, and BullMQ passes over it.
 */
export function markAsQueued(leaseParameter: string): string {
  return `
    UPDATE deliveries d
    SET queued_until = greatest(now(), d.next_attempt_at) + ${leaseParameter}::float8 * interval '1 millisecond'
    FROM ${FEW_PICKED}
    WHERE ${byKey('d', 'p')} AND d.status = 'pending'
      AND (d.queued_until IS NULL OR d.queued_until <= now())
    RETURNING ${TAKEN_COLUMNS}`;
}

/**
 * `picked` again, in a form whose size the planner takes to be small: it then looks the rows up by their key, each in its
 * one partition, instead of reading every partition to join them. Measured with 300,000 pending rows over 40
 * partitions: 3 ms for 100 rows instead of 55.
 */
export const FEW_PICKED = `unnest((SELECT array_agg(event_id) FROM picked), (SELECT array_agg(endpoint_id) FROM picked))
      AS p (event_id, endpoint_id)`;

const TAKEN_COLUMNS = `d.id AS delivery_id, d.event_id, d.endpoint_id, d.attempt_count + 1 AS attempt,
      greatest(0, extract(epoch FROM d.next_attempt_at - now()) * 1000)::int AS delay_ms`;
