import type { TakenDelivery } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { laneOf, type DeliveryJob } from '@switchboard/shared';
import type { Logger } from 'pino';
import type { OwnLanes } from './own-lanes.js';

/**
 * Begins taken deliveries in this worker, as far as it has places, and puts the rest into their lanes of the queue. What
 * it cannot put there comes again after its lease.
 */
export type Enqueue = (taken: readonly TakenDelivery[], granted?: DeliveryJob['granted']) => Promise<void>;

export interface EnqueueDeps {
  producer: Producer;
  log: Logger;
  /** Not given: everything goes into the queue. */
  lanes?: Pick<OwnLanes, 'take'> | undefined;
}

export function createEnqueue({ producer, log, lanes }: EnqueueDeps): Enqueue {
  return async (all, granted) => {
    const taken = lanes ? lanes.take(all, { granted }) : all;
    for (const lane of ['deliveries', 'retries'] as const) {
      const jobs = taken.filter(({ attempt }) => laneOf(attempt) === lane);
      if (jobs.length === 0) continue;
      try {
        await producer.addDeliveries(lane, granted ? jobs.map((job) => ({ ...job, granted })) : jobs);
      } catch (error) {
        log.debug({ err: error, deliveries: jobs.length }, 'taken deliveries not enqueued; left to the sweeper');
      }
    }
  };
}
