import type { DeliveryToAttempt } from '@switchboard/db';

/**
 * Whether whoever records a failed attempt puts its retry into the queue as well. By this the record claims it and the
 * follow-up enqueues it: a delivery that is due and not claimed has no job.
 *
 * @param retryDelayMs null where there is no retry
 */
export function isQueuedAtOnce(
  delivery: Pick<DeliveryToAttempt, 'held_by'>,
  retryDelayMs: number | null,
  sweepIntervalMs: number,
): boolean {
  if (retryDelayMs === null || retryDelayMs > sweepIntervalMs) return false;
  return delivery.held_by !== 'turn' && delivery.held_by !== 'rate';
}
