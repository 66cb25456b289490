import type { Executor } from '../executor.js';

export interface DueDelivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  /** The attempt that is owed. */
  attempt: number;
  /** How long until it is due; 0 where it is overdue. */
  delay_ms: number;
}

/**
 * The deliveries whose next attempt is due now or soon, most overdue first (invariant 4). Being listed changes nothing:
 * a delivery is listed until its attempt is recorded, and its job's id keeps it from being queued twice.
 *
 * @param aheadMs attempts due within this time are listed too, so that they start on time and not a sweep late
 */
export function findDueDeliveries(
  executor: Executor,
  { aheadMs, limit }: { aheadMs: number; limit: number },
): Promise<DueDelivery[]> {
  return executor.query<DueDelivery>({
    name: 'find-due-deliveries',
    text: `
      SELECT id AS delivery_id, event_id, endpoint_id, attempt_count + 1 AS attempt,
        greatest(0, extract(epoch FROM next_attempt_at - now()) * 1000)::int AS delay_ms
      FROM deliveries
      WHERE status = 'pending' AND next_attempt_at <= now() + $1::float8 * interval '1 millisecond'
      ORDER BY next_attempt_at
      LIMIT $2`,
    values: [aheadMs, limit],
  });
}
