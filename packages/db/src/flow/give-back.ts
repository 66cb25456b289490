import { byKey } from '../deliveries/by-key.js';
import type { DeliveryKey } from '../deliveries/load-deliveries.js';
import type { Executor } from '../executor.js';
import { FEW_PICKED } from './taken.js';

/** A delivery that is believed to be on its way until then. */
export interface Claim extends DeliveryKey {
  claimed_until: Date;
}

/**
 * Frees deliveries that were claimed and found no place at their endpoint: without it they would be missed until their
 * lease is over, and the places that fall free meanwhile would stand empty. A claim that was renewed or made anew is not
 * theirs to free: its holder may be about to POST.
 */
export async function giveBackDeliveries(executor: Executor, claims: readonly Claim[]): Promise<void> {
  await executor.query({
    name: 'give-back-deliveries',
    text: `
      WITH picked AS (
        SELECT d.event_id, d.endpoint_id FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS g (event_id, endpoint_id, claimed_until)
        JOIN deliveries d ON ${byKey('d', 'g')}
        WHERE d.status = 'pending' AND d.queued_until = g.claimed_until
        -- Whoever has one in hand at this moment knows better.
        FOR UPDATE OF d SKIP LOCKED
      )
      UPDATE deliveries d SET queued_until = NULL
      FROM ${FEW_PICKED} WHERE ${byKey('d', 'p')}`,
    values: [
      claims.map((claim) => claim.event_id),
      claims.map((claim) => claim.endpoint_id),
      claims.map((claim) => claim.claimed_until),
    ],
  });
}
