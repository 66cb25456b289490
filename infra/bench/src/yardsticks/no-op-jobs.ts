import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';

export interface NoOpJobsSpec {
  redis_url: string;
  jobs: number;
}

const CONCURRENCY = 100;
const BATCH = 1_000;
const LIMIT_MS = 60_000;
const QUEUE = 'yardstick';

/**
 * How many jobs a second BullMQ hands to a worker that does nothing with them, with ids like those of our deliveries.
 *
 * @throws Error where they are not through within a minute
 */
export async function runNoOpJobs({ redis_url, jobs }: NoOpJobsSpec): Promise<{ per_second: number }> {
  const connection = new Redis(redis_url, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE, { connection });
  try {
    await fill(queue, jobs);
    return { per_second: await drain(redis_url, jobs) };
  } finally {
    await queue.close();
    connection.disconnect();
  }
}

async function fill(queue: Queue, jobs: number): Promise<void> {
  const options = { removeOnComplete: true, removeOnFail: true, attempts: 1 };
  for (let first = 0; first < jobs; first += BATCH) {
    const count = Math.min(BATCH, jobs - first);
    await queue.addBulk(
      Array.from({ length: count }, (_, index) => ({
        name: 'attempt',
        data: { delivery_id: crypto.randomUUID(), event_id: crypto.randomUUID(), attempt: 1 },
        opts: { ...options, jobId: `${crypto.randomUUID()}-${first + index}` },
      })),
    );
  }
}

async function drain(redisUrl: string, jobs: number): Promise<number> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  let done = 0;
  let startedAt = 0;
  const worker = new Worker(
    QUEUE,
    () => {
      if ((done += 1) === 1) startedAt = performance.now();
      return Promise.resolve();
    },
    { connection, concurrency: CONCURRENCY },
  );
  try {
    const giveUpAt = performance.now() + LIMIT_MS;
    while (done < jobs && performance.now() < giveUpAt) await delay(5);
    if (done < jobs) throw new Error(`only ${done} of ${jobs} jobs were through within ${LIMIT_MS} ms`);
    return done / ((performance.now() - startedAt) / 1_000);
  } finally {
    await worker.close();
    connection.disconnect();
  }
}
