import { fanOutEvents, fanOutWaiting, type Executor, type FanOutResult } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import type { Logger } from 'pino';

export interface FanOut {
  /** Fans out these events; those that were fanned out before are passed over. */
  events(eventIds: readonly string[]): Promise<void>;
  /** Fans out what waits longer than it should. @returns how many events were taken */
  waiting(minAgeMs: number, limit: number): Promise<number>;
}

export interface FanOutDeps {
  database: Executor;
  producer: Producer;
  log: Logger;
  onFannedOut(eventCount: number, deliveryCount: number): void;
}

/** Deliveries that an event makes are committed first and enqueued then; what cannot be enqueued is the sweeper's. */
export function createFanOut({ database, producer, log, onFannedOut }: FanOutDeps): FanOut {
  const enqueue = async ({ event_count, deliveries }: FanOutResult) => {
    onFannedOut(event_count, deliveries.length);
    if (deliveries.length === 0) return;
    try {
      await producer.addDeliveries(
        'deliveries',
        deliveries.map((delivery) => ({ ...delivery, attempt: 1, delay_ms: 0 })),
      );
    } catch (error) {
      // Accepted failure: the rows are committed, so the next sweep enqueues them.
      log.debug({ err: error, deliveries: deliveries.length }, 'deliveries not enqueued; left to the sweeper');
    }
  };
  return {
    events: async (eventIds) => enqueue(await fanOutEvents(database, eventIds)),
    waiting: async (minAgeMs, limit) => {
      const result = await fanOutWaiting(database, minAgeMs, limit);
      await enqueue(result);
      return result.event_count;
    },
  };
}
