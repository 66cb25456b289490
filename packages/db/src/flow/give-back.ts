import { byKey } from '../deliveries/by-key.js';
import type { DeliveryKey } from '../deliveries/load-deliveries.js';
import type { Executor } from '../executor.js';
import { FEW_PICKED } from './taken.js';

/**
 * Frees deliveries that were taken into the queue and found no place at their endpoint: without it they would be missed
 * until their lease is over, and the places that fall free meanwhile would stand empty.
 */
export async function giveBackDeliveries(executor: Executor, keys: readonly DeliveryKey[]): Promise<void> {
  await executor.query({
    name: 'give-back-deliveries',
    text: `
      WITH picked AS (
        SELECT d.event_id, d.endpoint_id FROM unnest($1::uuid[], $2::uuid[]) AS g (event_id, endpoint_id)
        JOIN deliveries d ON ${byKey('d', 'g')}
        WHERE d.status = 'pending' AND d.queued_until > now()
        -- Whoever has one in hand at this moment knows better.
        FOR UPDATE OF d SKIP LOCKED
      )
      UPDATE deliveries d SET queued_until = NULL
      FROM ${FEW_PICKED} WHERE ${byKey('d', 'p')}`,
    values: [keys.map((key) => key.event_id), keys.map((key) => key.endpoint_id)],
  });
}
