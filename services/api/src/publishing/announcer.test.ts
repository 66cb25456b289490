import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectQueues, createProducer, type Producer, type QueueConnection } from '@switchboard/queue';
import { newUuid } from '@switchboard/shared';
import { createLogs } from '@switchboard/logging';
import { canStartRedis, startOwnRedis, type OwnRedis } from '../testing/redis-server.js';
import { waitFor } from '../testing/waiting.js';
import { createAnnouncer } from './announcer.js';

let redis: OwnRedis;
let queues: QueueConnection;
let producer: Producer;
let lines: string[];

const ids = (count: number) => Array.from({ length: count }, newUuid);
const aDelivery = (attempt: number) => {
  const [delivery_id = '', event_id = '', endpoint_id = ''] = ids(3);
  return { delivery_id, event_id, endpoint_id, attempt, delay_ms: 0 };
};
const jobsWaiting = () => producer.waitingCount('events');

function startAnnouncer() {
  lines = [];
  return createAnnouncer({ producer, log: createLogs('api', 'info', { write: (line) => void lines.push(line) }).log });
}

(canStartRedis ? describe : describe.skip)('the announcer', () => {
  beforeAll(async () => {
    redis = await startOwnRedis(['--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--appendfsync', 'always']);
    queues = connectQueues({ redisUrl: redis.url, databaseUrl: '', prefix: 'announcer-test' }, () => undefined);
    producer = createProducer(queues, 500);
    await waitFor('the queue is connected', () => producer.isReady());
  });
  afterAll(async () => {
    await producer.close();
    await queues.close();
    await redis.dispose();
  });

  it('collects the events of one turn into jobs of up to 100', async () => {
    const announcer = startAnnouncer();
    for (const id of ids(250)) announcer.announce([id]);
    await announcer.drain();
    expect(await jobsWaiting()).toBe(3);
  });

  it('makes no job of nothing', async () => {
    const before = await jobsWaiting();
    const announcer = startAnnouncer();
    announcer.announce([]);
    await announcer.drain();
    expect(await jobsWaiting()).toBe(before);
  });

  it('puts deliveries on the lane of their attempt, each once', async () => {
    const announcer = startAnnouncer();
    const [first, again] = [aDelivery(1), aDelivery(4)];
    announcer.announceDeliveries([first, again, aDelivery(1)]);
    announcer.announceDeliveries([first]);
    announcer.announceDeliveries([]);
    await announcer.drain();
    expect(await producer.waitingCount('deliveries')).toBe(2);
    expect(await producer.waitingCount('retries')).toBe(1);
  });

  it('with Redis hanging lets deliveries go as well: no caller waits, and memory does not grow', async () => {
    const announcer = startAnnouncer();
    const before = await producer.waitingCount('deliveries');
    redis.freeze();
    try {
      const startedAt = performance.now();
      for (let call = 0; call < 300; call += 1) announcer.announceDeliveries([aDelivery(1)]);
      expect(performance.now() - startedAt).toBeLessThan(500);
    } finally {
      redis.thaw();
    }
    await announcer.drain();
    expect((await producer.waitingCount('deliveries')) - before).toBe(100);
  });

  it('with Redis hanging keeps neither callers nor the shutdown waiting, and says so once an outage', async () => {
    const announcer = startAnnouncer();
    redis.freeze();
    try {
      const startedAt = performance.now();
      for (let call = 0; call < 1_000; call += 1) announcer.announce(ids(1));
      expect(performance.now() - startedAt).toBeLessThan(500);
      await announcer.drain();
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(lines.filter((line) => line.includes('queue is down'))).toHaveLength(1);
    } finally {
      redis.thaw();
    }
  });

  it('with Redis hanging keeps at most 10,000 ids: memory does not grow with an outage', async () => {
    const announcer = startAnnouncer();
    await waitFor('Redis answers again', () =>
      jobsWaiting().then(
        () => true,
        () => false,
      ),
    );
    const before = await jobsWaiting();
    redis.freeze();
    for (let call = 0; call < 300; call += 1) announcer.announce(ids(100));
    redis.thaw();
    await announcer.drain();
    expect((await jobsWaiting()) - before).toBe(100);
  });

  it('with Redis gone drops at once, keeps nothing for later, and announces again once it is back', async () => {
    const announcer = startAnnouncer();
    const before = await jobsWaiting();
    await redis.kill();
    await waitFor('the queue is seen to be down', () => !producer.isReady());
    const startedAt = performance.now();
    for (let call = 0; call < 10; call += 1) {
      announcer.announce(ids(100));
      await announcer.drain();
    }
    expect(performance.now() - startedAt).toBeLessThan(400);
    expect(lines.filter((line) => line.includes('queue is down'))).toHaveLength(1);
    await redis.start();
    await waitFor('the queue is connected', () => producer.isReady());
    expect(await jobsWaiting()).toBe(before);
    announcer.announce(ids(1));
    await announcer.drain();
    expect(await jobsWaiting()).toBe(before + 1);
    expect(lines.filter((line) => line.includes('queue is back'))).toHaveLength(1);
  });
});
