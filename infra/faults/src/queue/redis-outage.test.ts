import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startRedis, type RedisServer } from '@switchboard/local/servers/redis';
import { anyFreePort } from '@switchboard/local/stack/ports';
import {
  connectQueues,
  createProducer,
  QueueUnavailableError,
  startConsumer,
  type Producer,
  type QueueConnection,
} from '@switchboard/queue';
import { newUuid } from '@switchboard/shared';
import { setTimeout as delay } from 'node:timers/promises';
import { describeWithRedis } from '../testing/redis-here.js';
import { waitFor } from '../wait-for.js';

/** Far below any HTTP client's patience: what "at once" means for a call that must not wait for the queue. */
const AT_ONCE_MS = 50;
const PRODUCER_TIMEOUT_MS = 500;

const closers: (() => Promise<unknown>)[] = [];
let redis: RedisServer;

function connect(port = redis.port): QueueConnection {
  const settings = { redisUrl: `redis://127.0.0.1:${port}`, databaseUrl: 'postgres://unused', prefix: 'outage' };
  const connection = connectQueues(settings, () => undefined);
  closers.unshift(() => connection.close());
  return connection;
}

function produce(port?: number): Producer {
  const producer = createProducer(connect(port), PRODUCER_TIMEOUT_MS);
  closers.unshift(() => producer.close());
  return producer;
}

/** Event ids in the order in which a consumer of its own connection was given them. */
function consumeEvents(): string[] {
  const seen: string[] = [];
  const consumer = startConsumer(connect(), {
    queue: 'events',
    concurrency: 2,
    process: ({ event_ids }) => {
      seen.push(...event_ids);
      return Promise.resolve();
    },
    onError: () => undefined,
  });
  closers.unshift(() => consumer.close(1_000));
  return seen;
}

/** What a call threw, and how long it took to throw. */
async function failureOf(work: () => Promise<unknown>): Promise<{ error: unknown; tookMs: number }> {
  const start = performance.now();
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, tookMs: performance.now() - start };
}

async function addsEventually(producer: Producer): Promise<string> {
  const id = newUuid();
  await waitFor('the producer adds again', () =>
    producer.addEvents([id]).then(
      () => true,
      () => false,
    ),
  );
  return id;
}

describeWithRedis('queues while Redis is away', () => {
  beforeEach(async () => {
    redis = await startRedis({ appendOnly: true });
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    await redis.stop();
  });

  it('fail at once when Redis is down, and work again when it is back', async () => {
    const producer = produce();
    await addsEventually(producer);
    await redis.kill();
    await waitFor('the connection is known to be gone', () => !producer.isReady());

    for (let i = 0; i < 5; i += 1) {
      const { error, tookMs } = await failureOf(() => producer.addEvents([newUuid()]));
      expect(error).toBeInstanceOf(QueueUnavailableError);
      expect(tookMs).toBeLessThan(AT_ONCE_MS);
    }

    await redis.restart();
    await addsEventually(producer);
  });

  it('fail at once when Redis was down from the start, and work once it comes', async () => {
    const port = await anyFreePort();
    const producer = produce(port);
    const { error, tookMs } = await failureOf(() => producer.addEvents([newUuid()]));
    expect(error).toBeInstanceOf(QueueUnavailableError);
    expect(tookMs).toBeLessThan(AT_ONCE_MS);

    const late = await startRedis({ port });
    closers.push(() => late.stop());
    await addsEventually(producer);
  });

  it('fail in bounded time when Redis hangs, and work again when it goes on', async () => {
    const producer = produce();
    await addsEventually(producer);
    redis.pause();
    try {
      const calls = [
        () => producer.addEvents([newUuid()]),
        () => producer.waitingCount('events'),
        () =>
          producer.addDeliveries('deliveries', [
            { delivery_id: newUuid(), event_id: newUuid(), endpoint_id: newUuid(), attempt: 1, delay_ms: 0 },
          ]),
      ];
      for (const { error, tookMs } of await Promise.all(calls.map((call) => failureOf(call)))) {
        expect(error).toBeInstanceOf(QueueUnavailableError);
        expect(tookMs).toBeGreaterThanOrEqual(PRODUCER_TIMEOUT_MS - 10);
        expect(tookMs).toBeLessThan(PRODUCER_TIMEOUT_MS + 500);
      }
    } finally {
      redis.resume();
    }
    await addsEventually(producer);
  });

  it('do not fail at a moment’s break: a command under way when the connection broke is sent again', async () => {
    const producer = produce();
    await addsEventually(producer);
    const seen = consumeEvents();
    for (let i = 0; i < 3; i += 1) {
      await redis.kill();
      await redis.restart();
      const id = await addsEventually(producer);
      await waitFor('what was added after the break arrives', () => seen.includes(id));
    }
  });

  it('give their jobs to a consumer that goes on by itself after Redis was killed and restarted', async () => {
    const producer = produce();
    const seen = consumeEvents();
    const before = await addsEventually(producer);
    await waitFor('the first job', () => seen.includes(before));

    await redis.kill();
    await delay(1_500);
    await redis.restart();

    const after = await addsEventually(producer);
    await waitFor('the consumer goes on', () => seen.includes(after), 10_000);
  });

  it('give their jobs to a consumer that goes on by itself after Redis was away for 20 s', async () => {
    const producer = produce();
    const seen = consumeEvents();
    const before = await addsEventually(producer);
    await waitFor('the first job', () => seen.includes(before));

    await redis.stop();
    await delay(20_000);
    await redis.restart();

    const after = await addsEventually(producer);
    await waitFor('the consumer goes on', () => seen.includes(after), 10_000);
  }, 60_000);

  it('give their jobs to a consumer that goes on by itself after Redis hung for longer than a job’s lock', async () => {
    const producer = produce();
    const seen = consumeEvents();
    const before = await addsEventually(producer);
    await waitFor('the first job', () => seen.includes(before));

    redis.pause();
    await delay(6_000);
    redis.resume();

    const after = await addsEventually(producer);
    await waitFor('the consumer goes on', () => seen.includes(after), 10_000);
  }, 60_000);

  it('let a consumer close in bounded time while Redis is down', async () => {
    const consumer = startConsumer(connect(), {
      queue: 'events',
      concurrency: 2,
      process: () => Promise.resolve(),
      onError: () => undefined,
    });
    await addsEventually(produce());
    await redis.kill();
    const start = performance.now();
    await consumer.close(500);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
