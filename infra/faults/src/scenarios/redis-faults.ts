import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { publish } from '../load.js';
import { hold } from '../receivers.js';
import type { Scenario } from '../scenario.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { waitFor } from '../wait-for.js';

const OUTAGE_MS = 20_000;

async function withRedis<T>(stack: FaultStack, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(stack.redis.url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

const waitingJobs = (stack: FaultStack) => withRedis(stack, (redis) => redis.llen('switchboard:deliveries:wait'));

/** Publishes so much that `count` delivery jobs wait in Redis behind a receiver that does not answer. */
async function fillQueue(stack: FaultStack, count: number): Promise<() => void> {
  const held = [hold(stack.receivers.load), hold(stack.receivers.everything)];
  await publish(stack, Math.ceil(count / 2) + 10);
  await waitFor(`${count} delivery jobs wait`, async () => (await waitingJobs(stack)) >= count);
  return () => held.forEach((receiver) => receiver.release());
}

export const REDIS_FAULTS: Scenario[] = [
  {
    name: 'Redis stopped for 20 s under publishing: the API answers 2xx as fast as ever, and everything arrives',
    load: { perSecond: 25 },
    fault: async (stack) => {
      await waitFor('the load is flowing', () => stack.ledger.postCount() > 50);
      await stack.redis.stop();
      await delay(OUTAGE_MS);
      await stack.redis.restart();
      const before = stack.ledger.postCount();
      await waitFor('deliveries flow again', () => stack.ledger.postCount() > before + 50);
    },
    bounds: { settledWithinMs: 20_000, everyCallAccepted: true, apiP95Ms: 500, duplicates: 0 },
  },
  {
    name: 'Redis killed and restarted empty under load: what it forgot is found in PostgreSQL',
    setup: { appendOnly: false },
    load: { perSecond: 40 },
    fault: async (stack) => {
      await waitFor('the load is flowing', () => stack.ledger.postCount() > 50);
      for (let round = 0; round < 2; round += 1) {
        await stack.redis.kill();
        await stack.redis.restart();
        const before = stack.ledger.postCount();
        await waitFor('deliveries flow again', () => stack.ledger.postCount() > before + 50);
      }
    },
    bounds: { settledWithinMs: 15_000, everyCallAccepted: true, apiP95Ms: 500, duplicates: 0 },
  },
  {
    name: 'Redis killed under load keeps its jobs in the append-only file, and nothing is sent twice',
    load: { perSecond: 40 },
    fault: async (stack) => {
      await waitFor('the load is flowing', () => stack.ledger.postCount() > 50);
      await stack.redis.kill();
      await stack.redis.restart();
      const before = stack.ledger.postCount();
      await waitFor('deliveries flow again', () => stack.ledger.postCount() > before + 50);
    },
    bounds: { settledWithinMs: 15_000, everyCallAccepted: true, apiP95Ms: 500, duplicates: 0 },
  },
  {
    name: 'Redis hanging for 6 s under publishing: the API answers as fast as ever, and everything arrives',
    load: { perSecond: 40 },
    fault: async (stack) => {
      await waitFor('the load is flowing', () => stack.ledger.postCount() > 50);
      stack.redis.pause();
      await delay(6_000);
      stack.redis.resume();
      const before = stack.ledger.postCount();
      await waitFor('deliveries flow again', () => stack.ledger.postCount() > before + 50);
    },
    bounds: { settledWithinMs: 15_000, everyCallAccepted: true, apiP95Ms: 500, duplicates: 0 },
  },
  {
    name: 'FLUSHALL with 500 jobs waiting: the sweeper brings them all back, none twice',
    setup: { worker: { DELIVERY_TIMEOUT: '30s', DELIVERY_CONCURRENCY: '8', ENDPOINT_CONCURRENCY: '4' } },
    fault: async (stack) => {
      const release = await fillQueue(stack, 500);
      await withRedis(stack, (redis) => redis.flushall());
      release();
    },
    bounds: { settledWithinMs: 15_000, everyCallAccepted: true, duplicates: 0 },
  },
];
