import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { publish } from '../load.js';
import { hold } from '../receivers.js';
import type { Scenario } from '../scenario.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { waitFor } from '../wait-for.js';
import { expectRedisFoundWrong, expectRedisFoundRight } from './redis-settings-steps.js';
import { untilDeliveriesFlowAgain, untilLoadFlows } from './steps.js';

const OUTAGE_MS = 60_000;
const FULL_MS = 3_000;
const HANG_MS = 6_000;

async function withRedis<T>(stack: FaultStack, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(stack.redis.url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

const setRedis = (stack: FaultStack, name: string, value: string) =>
  withRedis(stack, (redis) => redis.config('SET', name, value));

/** Publishes so much that `count` deliveries are owed behind receivers that answer none of the POSTs they have in hand. */
async function owe(stack: FaultStack, count: number): Promise<() => void> {
  const held = [hold(stack.receivers.load), hold(stack.receivers.everything)];
  await publish(stack, count / 2);
  await waitFor(`${count} deliveries are owed`, async () => (await pendingCount(stack)) === count);
  await waitFor('POSTs are under way', () => held.every((receiver) => receiver.heldCount() > 0));
  return () => held.forEach((receiver) => receiver.release());
}

async function pendingCount({ database }: FaultStack): Promise<number> {
  return (await database.query({ text: `SELECT FROM deliveries WHERE status = 'pending'`, values: [] })).length;
}

export const REDIS_FAULTS: Scenario[] = [
  {
    row: 'Redis stopped for 60 s',
    name: 'Redis stopped for 60 s under publishing: the API answers 2xx as fast as ever, and everything arrives',
    isLong: true,
    load: { perSecond: 25 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      await stack.redis.stop();
      await delay(OUTAGE_MS);
      await stack.redis.restart();
      await untilDeliveriesFlowAgain(stack);
    },
    bounds: { settledWithinMs: 30_000, apiP95Ms: 500, duplicates: 0 },
  },
  {
    row: 'Redis killed, restarted empty, twice',
    name: 'Redis killed and restarted empty under load: what it forgot is found in PostgreSQL',
    setup: { appendOnly: false },
    load: { perSecond: 40 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      for (let round = 0; round < 2; round += 1) {
        await stack.redis.kill();
        await stack.redis.restart();
        await untilDeliveriesFlowAgain(stack);
      }
    },
    bounds: { settledWithinMs: 15_000, apiP95Ms: 500, duplicates: 0 },
  },
  {
    row: 'Redis killed',
    name: 'Redis killed under load keeps its jobs in the append-only file, and nothing is sent twice',
    load: { perSecond: 40 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      await stack.redis.kill();
      await stack.redis.restart();
      await untilDeliveriesFlowAgain(stack);
    },
    bounds: { settledWithinMs: 15_000, apiP95Ms: 500, duplicates: 0 },
  },
  {
    row: 'Redis hanging for 6 s',
    name: 'Redis hanging for 6 s under publishing: the API answers as fast as ever, and everything arrives',
    isLong: true,
    load: { perSecond: 40 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      stack.redis.pause();
      await delay(HANG_MS);
      stack.redis.resume();
      await untilDeliveriesFlowAgain(stack);
    },
    bounds: { settledWithinMs: 15_000, apiP95Ms: 500, duplicates: 0 },
  },
  {
    row: 'Redis FLUSHALL with 500 deliveries owed',
    name: 'FLUSHALL with 500 deliveries owed: all are found again in PostgreSQL, and none is sent twice',
    setup: { worker: { DELIVERY_TIMEOUT: '30s', DELIVERY_CONCURRENCY: '8', ENDPOINT_CONCURRENCY: '4' } },
    fault: async (stack) => {
      const release = await owe(stack, 500);
      await withRedis(stack, (redis) => redis.flushall());
      release();
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  },
  {
    row: 'Redis out of memory for 3 s',
    name: 'a Redis that is full and takes no job: the API answers 2xx as fast as ever, and everything arrives',
    load: { perSecond: 25 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      await setRedis(stack, 'maxmemory', '1mb');
      await delay(FULL_MS);
      await setRedis(stack, 'maxmemory', '0');
      await untilDeliveriesFlowAgain(stack);
    },
    bounds: { settledWithinMs: 20_000, apiP95Ms: 500, duplicates: 0 },
  },
  {
    row: 'Redis with allkeys-lru, evicting',
    name: 'a Redis that evicts jobs: doctor and readiness say so, and what it dropped is found in PostgreSQL',
    setup: { redisArgs: ['--maxmemory-policy', 'allkeys-lru'] },
    load: { perSecond: 25 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      await setRedis(stack, 'maxmemory', '1mb');
      await waitFor('Redis evicts', async () =>
        withRedis(stack, async (redis) => !(await redis.info('stats')).includes('evicted_keys:0')),
      );
      await expectRedisFoundWrong(stack, 'allkeys-lru');
      await setRedis(stack, 'maxmemory', '0');
      await setRedis(stack, 'maxmemory-policy', 'noeviction');
      await untilDeliveriesFlowAgain(stack);
      await expectRedisFoundRight(stack);
    },
    bounds: { settledWithinMs: 20_000, apiP95Ms: 500, duplicates: 0 },
  },
];
