import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenWorker, QueueConnection } from './connection.js';
import { ConsumerDeafError, startConsumer, type Consumer } from './consumer.js';
import { createProducer, type Producer } from './producer.js';
import { describeOnBackends, until } from './testing/index.js';
import { startWatchdog } from './watchdog.js';

/** The time after which a consumer counts as deaf here. */
const DEAF_AFTER_MS = 500;

/** A connection that remembers the BullMQ workers it opened, so that a test can get at the one underneath a consumer. */
function remembering(connection: QueueConnection): { connection: QueueConnection; opened: OpenWorker[] } {
  const opened: OpenWorker[] = [];
  return {
    opened,
    connection: {
      ...connection,
      openWorker: (...args) => {
        const worker = connection.openWorker(...args);
        opened.push(worker);
        return worker;
      },
    },
  };
}

describeOnBackends('the watchdog of a consumer', (queues) => {
  let producer: Producer;
  const consumers: Consumer[] = [];

  beforeAll(async () => {
    producer = createProducer(queues.connect());
    await until('the queue is connected', () => producer.isReady());
  });
  afterEach(async () => {
    for (const consumer of consumers.splice(0)) await consumer.close(1_000);
  });

  function consume(process: (ids: string[]) => Promise<void> = () => Promise.resolve(), concurrency = 2) {
    const { connection, opened } = remembering(queues.connect());
    const seen: string[] = [];
    const errors: unknown[] = [];
    const consumer = startConsumer(connection, {
      queue: 'events',
      concurrency,
      deafAfterMs: DEAF_AFTER_MS,
      process: async ({ event_ids }) => {
        seen.push(...event_ids);
        await process(event_ids);
      },
      onError: (error) => errors.push(error),
    });
    consumers.push(consumer);
    return { consumer, opened, seen, errors };
  }

  async function add(): Promise<string> {
    const id = newUuid();
    await producer.addEvents([id]);
    return id;
  }

  /** Deaf: connected, with places free, and it asks for no more jobs. What it had asked for before, it still takes. */
  async function makeDeaf(worker: OpenWorker | undefined, seen: readonly string[]): Promise<string> {
    await worker?.pause(true);
    return until('a job waits', async () => {
      const id = await add();
      await delay(200);
      return seen.includes(id) ? undefined : id;
    });
  }

  it('replaces a worker that begins none of the jobs that wait, and reports it', async () => {
    const { opened, seen, errors } = consume();
    const before = await add();
    await until('it works', () => seen.includes(before));
    const after = await makeDeaf(opened[0], seen);
    await until('a new worker has taken the job', () => seen.includes(after));
    expect(opened.length).toBe(2);
    expect(errors).toEqual([expect.any(ConsumerDeafError)]);
  });

  it('leaves a worker alone that is busy in all its places, however long jobs wait', async () => {
    let finish: () => void = () => undefined;
    const busy = new Promise<void>((resolve) => (finish = resolve));
    const { opened, seen, errors } = consume(() => busy, 1);
    await add();
    await until('its place is taken', () => seen.length === 1);
    await add();
    const fullFrom = performance.now();
    await until('it was full for long', () => performance.now() - fullFrom > 3 * DEAF_AFTER_MS);
    expect([opened.length, errors]).toEqual([1, []]);
    finish();
    await until('the other job ran', () => seen.length === 2);
  });

  it('goes on watching the new worker', async () => {
    const { opened, seen } = consume();
    for (let round = 1; round <= 2; round += 1) {
      const id = await makeDeaf(opened.at(-1), seen);
      await until(`job ${round} was taken`, () => seen.includes(id));
      expect(opened.length).toBe(round + 1);
    }
  });
});

it('a queue that cannot say how many jobs wait never makes a consumer look deaf', async () => {
  let looks = 0;
  let deaf = 0;
  const watchdog = startWatchdog({
    deafAfterMs: 20,
    canBegin: () => true,
    begunCount: () => 0,
    waitingCount: () => {
      looks += 1;
      return Promise.reject(new Error('no answer'));
    },
    onDeaf: () => {
      deaf += 1;
      return Promise.resolve();
    },
  });
  await until('it looked often enough', () => looks > 20);
  watchdog.stop();
  expect(deaf).toBe(0);
});
