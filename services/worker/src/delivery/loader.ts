import { loadDeliveries, type DeliveryKey, type DeliveryToAttempt, type Executor } from '@switchboard/db';
import { createBatcher, type Batcher } from '@switchboard/shared';

/** Loads deliveries in batches: one query for all the jobs that start in the same moment. */
export type Loader = Batcher<DeliveryKey, DeliveryToAttempt | undefined>;

const BATCH_SIZE = 200;
/** While one is under way the next fills: with two of them, each was half as large and cost nearly as much. */
const BATCHES_UNDER_WAY = 1;

export function createLoader(database: Executor): Loader {
  return createBatcher({
    maxSize: BATCH_SIZE,
    maxUnderWay: BATCHES_UNDER_WAY,
    run: async (keys) => {
      const rows = await loadDeliveries(database, keys);
      const byKey = new Map(rows.map((row) => [`${row.event_id} ${row.endpoint_id}`, row]));
      return keys.map((key) => byKey.get(`${key.event_id} ${key.endpoint_id}`));
    },
  });
}
