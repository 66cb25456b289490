import { byKey } from '../deliveries/by-key.js';
import type { Executor } from '../executor.js';
import { FEW_PICKED, type TakenDelivery } from './taken.js';

/**
 * Says again that these deliveries are in a worker's hand: what takes longer than its lease would else be taken by
 * another. One that was recorded meanwhile is left as it is.
 */
export async function renewClaims(
  executor: Executor,
  inHand: readonly Pick<TakenDelivery, 'event_id' | 'endpoint_id' | 'attempt'>[],
  leaseMs: number,
): Promise<void> {
  await executor.query({
    name: 'renew-claims',
    text: `
      WITH picked AS (
        SELECT d.event_id, d.endpoint_id FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS h (event_id, endpoint_id, attempt)
        JOIN deliveries d ON ${byKey('d', 'h')}
        WHERE d.status = 'pending' AND d.attempt_count = h.attempt - 1
        -- Whoever records it at this moment ends the claim.
        FOR UPDATE OF d SKIP LOCKED
      )
      UPDATE deliveries d SET queued_until = greatest(d.queued_until, now() + $4::float8 * interval '1 millisecond')
      FROM ${FEW_PICKED}
      WHERE ${byKey('d', 'p')}`,
    values: [
      inHand.map(({ event_id }) => event_id),
      inHand.map(({ endpoint_id }) => endpoint_id),
      inHand.map(({ attempt }) => attempt),
      leaseMs,
    ],
  });
}
