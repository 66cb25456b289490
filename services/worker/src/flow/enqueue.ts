import type { TakenDelivery } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { laneOf, type DeliveryJob } from '@switchboard/shared';
import type { Logger } from 'pino';

/** Puts taken deliveries into their lanes. What it cannot put there comes again after its lease. */
export type Enqueue = (taken: readonly TakenDelivery[], granted?: DeliveryJob['granted']) => Promise<void>;

export function createEnqueue({ producer, log }: { producer: Producer; log: Logger }): Enqueue {
  return async (taken, granted) => {
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
