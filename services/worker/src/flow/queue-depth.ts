import type { Producer } from '@switchboard/queue';

/** How many jobs wait, as far as this worker knows: asked of the queue now and then, counted on in between. */
export interface QueueDepth {
  /** Jobs that wait for a worker, over both lanes. 0 where the queue cannot be asked. */
  read(): Promise<number>;
  /** So many were added since it was last asked. */
  added(count: number): void;
}

/** One question to Redis in this time, however busy the worker is. */
const FRESH_MS = 100;

export function createQueueDepth(producer: Pick<Producer, 'waitingCount'>, now: () => number = Date.now): QueueDepth {
  let depth = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const ask = async () => {
    try {
      const [first, retries] = await Promise.all([
        producer.waitingCount('deliveries'),
        producer.waitingCount('retries'),
      ]);
      depth = first + retries;
    } catch {
      // The queue is away: what is added fails for the same reason, and says so.
      depth = 0;
    }
    readAt = now();
  };
  return {
    read: async () => {
      if (now() - readAt > FRESH_MS) {
        asking ??= ask().finally(() => (asking = undefined));
        await asking;
      }
      return depth;
    },
    added: (count) => {
      depth += count;
    },
  };
}
