import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { expectError, expectErrorEnvelope, type Answer } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { killStartedProcesses, startApiProcess, type ApiProcess } from '../../testing/processes.js';
import { times } from '../../testing/scheduling.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ redisUrl: null });
});
afterAll(async () => {
  await killStartedProcesses();
  await api.close();
});

const PATH = '/api/v1/customers';
const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

let ranks = 500;
/** A plan of the test's own, through the platform's API. @returns its id */
async function putPlan(perMinute: number, perDay: number, entitlements = ['public_api', 'webhooks'], id?: string) {
  const plan = id ?? `plan-${(ranks += 1)}`;
  const rank = Number(plan.slice(5));
  const limits = { requests_per_minute: perMinute, requests_per_day: perDay };
  const body = { name: plan.toUpperCase(), rank, ...limits, entitlements };
  expect((await api.platform.put(`/platform/v1/plans/${plan}`).send(body)).status).toBe(200);
  return plan;
}

function limitsOf({ headers }: Answer) {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => headers[`x-ratelimit-${name}`]);
  expect([limit, remaining, reset]).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^\d+$/)));
  return { limit: Number(limit), remaining: Number(remaining), reset: Number(reset) };
}

function expectLimited(answer: Answer, window: 'minute' | 'day', limit: number): void {
  const error = expectError(answer, 'rate_limited');
  expect(error.message).toContain(`${limit} requests per ${window}`);
  expect(error.details).toEqual([{ path: 'window', message: window }]);
  expect(limitsOf(answer)).toMatchObject({ limit, remaining: 0 });
  const retryAfter = Number(answer.headers['retry-after']);
  expect(retryAfter).toBeGreaterThan(window === 'day' ? MINUTE_SECONDS : 0);
  expect(retryAfter).toBeLessThanOrEqual(window === 'day' ? DAY_SECONDS : MINUTE_SECONDS);
  expect(Math.abs(limitsOf(answer).reset - (Date.now() / 1_000 + retryAfter))).toBeLessThan(3);
}

async function countOf(window: string, tenant: Tenant): Promise<number | undefined> {
  const [row] = await api.database.query<{ points: number }>({
    text: 'SELECT points FROM rate_limits WHERE key LIKE $1 AND key LIKE $2',
    values: [`%:${window}:%`, `%${tenant.uuid}`],
  });
  return row?.points;
}

const redisUrl = process.env.SWITCHBOARD_TEST_REDIS_URL;
const stores = [
  { store: 'PostgreSQL', settings: {} },
  ...(redisUrl ? [{ store: 'Redis', settings: { REDIS_URL: redisUrl } }] : []),
];

describe.each(stores)('limits over two processes that count on $store', ({ settings }) => {
  const get = async (process: ApiProcess, tenant: Tenant): Promise<Answer> => {
    const headers = { Authorization: `Bearer ${tenant.key}`, Connection: 'close' };
    const answer = await fetch(process.url + PATH, { headers });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json() };
  };

  /** How often the processes lost sight of the store, to which a command has 150 ms; null while one counts for itself. */
  const timesAlone = (processes: readonly ApiProcess[]) => {
    const said = processes.map((process) => process.output()).join('');
    const [away, back] = ['store is away', 'over all processes again'].map((words) => said.split(words).length - 1);
    return away === back ? away : null;
  };

  it('Starter: thirty requests a minute of all its keys together, and then nowhere any more', async () => {
    const prefix = { QUEUE_PREFIX: `limit-${newUuid().slice(24)}`, DATABASE_URL: api.databaseUrl, ...settings };
    const processes = [await startApiProcess(prefix), await startApiProcess(prefix)] as const;
    const other = await api.createTenant({ plan: 'starter' });
    const useUp = async () => {
      await Promise.all(processes.map((process) => get(process, other)));
      const before = timesAlone(processes);
      if (before === null) return null;
      const tenant = await api.createTenant({ plan: 'starter' });
      const keys = [tenant, await api.createKey(tenant), await api.createKey(tenant, { mode: 'test' })] as const;
      const at = (index: number) => get(processes[index % 2] as ApiProcess, keys[index % 3] as Tenant);
      const answers = await Promise.all(times(30, at));
      const refused = [];
      for (const index of [0, 1, 2, 3, 4, 5]) refused.push(await at(index));
      // On a very busy machine a process may have counted for itself, as store-away.test.ts promises. Then once more.
      return timesAlone(processes) === before ? { answers, refused } : null;
    };
    const { answers, refused } = await waitFor('both count on the store', useUp, 20_000);
    expect(answers.map(({ status }) => status)).toEqual(times(30, () => 200));
    const remaining = answers.map((answer) => limitsOf(answer).remaining).sort((a, b) => a - b);
    expect(remaining).toEqual(times(30, (index) => index));
    for (const answer of refused) expectLimited(answer, 'minute', 30);
    expect((await get(processes[0], other)).status).toBe(200);
    await Promise.all(processes.map((process) => process.stop()));
  });
});

describe('the two windows', () => {
  it('the day ends a run that the minute would let go on, and says so', async () => {
    const tenant = await api.createTenant({ plan: await putPlan(1_000, 3) });
    for (const remaining of [2, 1, 0]) {
      const answer = await tenant.get(PATH);
      expect({ status: answer.status, ...limitsOf(answer) }).toMatchObject({ status: 200, limit: 3, remaining });
    }
    expectLimited(await tenant.get(PATH), 'day', 3);
    expectLimited(await tenant.get(PATH), 'day', 3);
  });

  it('a request that the minute refused does not use up the day', async () => {
    const plan = await putPlan(2, 4);
    const tenant = await api.createTenant({ plan });
    for (const status of [200, 200]) expect((await tenant.get(PATH)).status).toBe(status);
    for (const _refused of times(5, () => null)) expectLimited(await tenant.get(PATH), 'minute', 2);
    expect(await countOf('day', tenant)).toBe(2);
    await putPlan(1_000, 4, undefined, plan);
    const allowed = await waitFor('the plan has changed', async () => {
      const answer = await tenant.get(PATH);
      return answer.status === 200 ? answer : null;
    });
    expect(limitsOf(allowed)).toMatchObject({ limit: 4, remaining: 1 });
    expect((await tenant.get(PATH)).status).toBe(200);
    expectLimited(await tenant.get(PATH), 'day', 4);
  });

  it('a larger plan helps at once', async () => {
    const tenant = await api.createTenant({ plan: await putPlan(1, 1_000) });
    await tenant.get(PATH);
    expectLimited(await tenant.get(PATH), 'minute', 1);
    await api.platform.patch(`/platform/v1/tenants/${tenant.id}`).send({ plan: 'pro' });
    await waitFor('it is on Pro', async () => (await tenant.get(PATH)).status === 200, 1_000);
  });
});

describe('the three headers', () => {
  it('are on every response, whatever it is', async () => {
    const tenant = await api.createTenant({ plan: await putPlan(8, 1_000) });
    const reader = await api.createKey(tenant, { scopes: ['calls:read'] });
    const answers: [status: number, answer: Answer][] = [
      [200, await tenant.get(PATH)],
      [201, await tenant.post(PATH).send({ name: 'Ada' })],
      [403, await reader.get(PATH)],
      [404, await tenant.get('/api/v1/no-such-route')],
      [422, await tenant.post(PATH).send({})],
      [415, await tenant.post(PATH).set('Content-Type', 'text/plain').send('x')],
      [400, await tenant.post(PATH).set('Content-Type', 'application/json').send('{')],
      [400, await tenant.get('/api/v1/customers/%zz')],
      [429, await tenant.get(PATH)],
      [401, await api.http.get(PATH)],
      [404, await api.http.get('/no-such-route')],
      [200, await api.http.get('/healthz')],
      [200, await api.http.get('/readyz')],
      [200, await api.http.get('/metrics')],
      [200, await api.http.get('/api/v1/openapi.json')],
      [200, await api.platform.get('/platform/v1/tenants')],
      [401, await api.http.get('/platform/v1/tenants')],
      [422, await api.platform.post('/platform/v1/tenants').send({})],
    ];
    for (const [status, answer] of answers) {
      expect(answer.status).toBe(status);
      expect(limitsOf(answer).reset).toBeGreaterThanOrEqual(Math.floor(Date.now() / 1_000));
      expect(answer.headers['retry-after'] !== undefined).toBe(status === 429);
      if (status >= 400) expectErrorEnvelope(answer);
    }
  });

  it('tell of the plan once the tenant is known', async () => {
    const tenant = await api.createTenant({ plan: await putPlan(17, 1_000) });
    expect(limitsOf(await tenant.get(PATH))).toMatchObject({ limit: 17, remaining: 16 });
    expect(limitsOf(await tenant.get('/api/v1/no-such-route'))).toMatchObject({ limit: 17, remaining: 15 });
  });
});

describe('entitlements', () => {
  const WEBHOOKS = '/api/v1/webhook-endpoints';

  it('403: a plan without the public API, naming the plans that have it', async () => {
    const tenant = await api.createTenant({ plan: await putPlan(100, 1_000, []) });
    for (const path of [PATH, WEBHOOKS, '/api/v1/event-types']) {
      const error = expectError(await tenant.get(path), 'entitlement_required');
      expect(error.message).toContain('public_api');
      expect(error.message).toContain('Starter, Pro, Enterprise');
      expect(error.details[0]?.path).toBe('plan');
    }
  });

  it('403: a plan without webhooks, for what concerns webhooks and nothing else', async () => {
    const plan = await putPlan(100, 1_000, ['public_api']);
    const tenant = await api.createTenant({ plan });
    expect((await tenant.get(PATH)).status).toBe(200);
    for (const answer of [await tenant.get(WEBHOOKS), await tenant.post(WEBHOOKS).send({})]) {
      const error = expectError(answer, 'entitlement_required');
      expect(error.message).toContain('webhooks');
      expect(error.message).toContain('Starter');
      expect(error.details[0]?.message).not.toContain(plan.toUpperCase());
    }
    await api.platform.patch(`/platform/v1/tenants/${tenant.id}`).send({ plan: 'starter' });
    await waitFor('the new plan counts', async () => (await tenant.get(WEBHOOKS)).status === 200, 1_000);
  });
});
