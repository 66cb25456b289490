import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../testing/actors.js';
import { canStartRedis, startOwnRedis, type OwnRedis } from '../testing/redis-server.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { waitFor } from '../testing/waiting.js';

let redis: OwnRedis;
let api: TestApi;
let tenant: Tenant;
let usualMs: number;

const REQUESTS = 20;
/** A booking of somebody new is two events, a publication is one. */
const EVENTS = 3 * REQUESTS;
/** What a caller may wait at most: a call that waited for Redis would take the 2 s after which the queue counts as down. */
const LIMIT_MS = 1_000;

/** Books one appointment after the other. @returns how long each took; all were answered 201 */
async function bookMany(owner = tenant): Promise<number[]> {
  const durations: number[] = [];
  for (let index = 0; index < REQUESTS; index += 1) {
    const startedAt = performance.now();
    const body = { customer: { name: 'Ada' }, starts_at: '2030-05-01T09:00:00Z' };
    const answer = await owner.post('/api/v1/appointments').send(body);
    expect(answer.status).toBe(201);
    durations.push(performance.now() - startedAt);
  }
  return durations;
}

async function publishMany(): Promise<void> {
  const event = { tenant_id: tenant.id, event: 'invoice.paid', data: {} };
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, () => api.platform.post('/platform/v1/events').send(event)),
  );
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function expectUsual(durations: number[]): void {
  expect(Math.max(...durations)).toBeLessThan(LIMIT_MS);
  expect(median(durations)).toBeLessThan(usualMs * 5 + 20);
}

async function outboxSize(): Promise<number | undefined> {
  const [row] = await api.database.query<{ size: number }>({ text: 'SELECT count(*) AS size FROM outbox', values: [] });
  return row?.size;
}

const isConnected = () => waitFor('the queue is connected', () => api.producer.isReady());
const jobsWaiting = () => api.producer.waitingCount('events');

async function expectAnnouncementsGoThrough(): Promise<void> {
  await isConnected();
  await waitFor('a command is answered', () =>
    jobsWaiting().then(
      () => true,
      () => false,
    ),
  );
  const before = await jobsWaiting();
  await bookMany();
  await waitFor('the events are announced', async () => (await jobsWaiting()) > before);
}

(canStartRedis ? describe : describe.skip)('an accepted call waits for no Redis (invariant 1)', () => {
  beforeAll(async () => {
    redis = await startOwnRedis();
    api = await startTestApi({ redisUrl: redis.url });
    tenant = await api.createTenant();
    await isConnected();
    usualMs = median(await bookMany());
  });
  afterAll(async () => {
    await api.close();
    await redis.dispose();
  });

  it('with Redis killed: 201 within the usual time, and every event is in the outbox', async () => {
    const before = (await outboxSize()) ?? 0;
    await redis.kill();
    expectUsual(await bookMany());
    await publishMany();
    expect(await outboxSize()).toBe(before + EVENTS);
    expect((await api.http.get('/readyz')).body.status).toBe('degraded');
  });

  it('after Redis is back announcements go through again', async () => {
    await redis.start();
    await expectAnnouncementsGoThrough();
    expect((await api.http.get('/readyz')).body.status).toBe('ok');
  });

  it('with Redis hanging: 201 within the usual time, and every event is in the outbox', async () => {
    const before = (await outboxSize()) ?? 0;
    redis.freeze();
    try {
      expectUsual(await bookMany());
      await publishMany();
      expect(await outboxSize()).toBe(before + EVENTS);
    } finally {
      redis.thaw();
    }
    await api.announcer.drain();
    await expectAnnouncementsGoThrough();
  });

  it('with Redis killed again and again while calls come in: no call fails', async () => {
    const calls = (async () => [await bookMany(), await bookMany(), await bookMany()].flat())();
    for (let round = 0; round < 3; round += 1) {
      await redis.kill();
      await redis.start();
    }
    expect(Math.max(...(await calls))).toBeLessThan(LIMIT_MS);
    await expectAnnouncementsGoThrough();
  });
});

(canStartRedis ? describe : describe.skip)('an API that started while Redis was down (invariant 1)', () => {
  it('answers 201 within the usual time, and announces once Redis is there', async () => {
    const late = await startOwnRedis();
    await late.kill();
    api = await startTestApi({ redisUrl: late.url });
    try {
      tenant = await api.createTenant();
      expectUsual(await bookMany());
      await publishMany();
      expect(await outboxSize()).toBe(EVENTS);
      await late.start();
      await expectAnnouncementsGoThrough();
    } finally {
      await api.close();
      await late.dispose();
    }
  });

  it('ends in time, whether Redis hangs or never came', async () => {
    const hanging = await startOwnRedis();
    try {
      const frozen = await startTestApi({ redisUrl: hanging.url });
      await waitFor('the queue is connected', () => frozen.producer.isReady());
      hanging.freeze();
      await expectToEndInTime(frozen);
      await hanging.kill();
      await expectToEndInTime(await startTestApi({ redisUrl: hanging.url }));
    } finally {
      await hanging.dispose();
    }
  });

  async function expectToEndInTime(ending: TestApi): Promise<void> {
    await bookMany(await ending.createTenant());
    const startedAt = performance.now();
    await ending.close();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  }
});
