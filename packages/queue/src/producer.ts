import { deliveryJobId, QUEUES, type DeliveryJob, type JobOf, type QueueKey } from '@switchboard/shared';
import type { JobsOptions } from 'bullmq';
import type { OpenQueue, QueueConnection } from './connection.js';
import { settlesWithin } from './settles-within.js';

/** The queue cannot take jobs now. Never a failure of the work itself: relay and sweeper bring it back from PostgreSQL. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

export interface DeliveryJobToAdd extends DeliveryJob {
  delay_ms: number;
}

export interface Producer {
  /** @throws QueueUnavailableError at once where the connection is down, after `timeoutMs` where it hangs */
  addEvents(eventIds: string[]): Promise<void>;
  /** Jobs that the queue still keeps are passed over by their id. @throws QueueUnavailableError */
  addDeliveries(lane: 'deliveries' | 'retries', jobs: readonly DeliveryJobToAdd[]): Promise<void>;
  /** How many jobs wait, without the delayed ones. @throws QueueUnavailableError */
  waitingCount(key: QueueKey): Promise<number>;
  isReady(): boolean;
  close(): Promise<void>;
}

/**
 * PostgreSQL counts attempts and knows what is owed, so BullMQ must not retry, and must forget a job the moment it
 * ends: an id that it still keeps would silently swallow the sweeper's job of the same name (design.md, section 7).
 */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } satisfies JobsOptions;

/** A live Redis answers within milliseconds; one that hangs for this long counts as down. */
const DEFAULT_TIMEOUT_MS = 2_000;

export function createProducer(connection: QueueConnection, timeoutMs = DEFAULT_TIMEOUT_MS): Producer {
  const queues = new Map<QueueKey, OpenQueue>();
  const queueOf = (key: QueueKey) => {
    const open = queues.get(key) ?? connection.openQueue(QUEUES[key].name);
    queues.set(key, open);
    return open;
  };
  const guarded = async <T>(command: () => Promise<T>): Promise<T> => {
    if (!connection.isReady()) throw new QueueUnavailableError('The queue is not connected.');
    return withinTime(command(), timeoutMs);
  };
  return {
    addEvents: (eventIds) =>
      guarded(async () => {
        const data: JobOf<'events'> = { event_ids: eventIds };
        await queueOf('events').add('fan-out', data, JOB_OPTIONS);
      }),
    addDeliveries: (lane, jobs) =>
      guarded(async () => {
        await queueOf(lane).addBulk(
          jobs.map(({ delay_ms, ...data }) => ({
            name: 'attempt',
            data,
            opts: { ...JOB_OPTIONS, jobId: deliveryJobId(data), ...(delay_ms > 0 && { delay: delay_ms }) },
          })),
        );
      }),
    waitingCount: (key) => guarded(async () => (await queueOf(key).getJobCounts('wait', 'prioritized')).wait ?? 0),
    isReady: () => connection.isReady(),
    close: async () => {
      await Promise.all(
        [...queues.values()].map((queue) => withinTime(queue.close(), timeoutMs).catch(() => undefined)),
      );
    },
  };
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  if (await settlesWithin(work, timeoutMs)) return work;
  throw new QueueUnavailableError(`The queue did not answer within ${timeoutMs} ms.`);
}
