import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectData, expectError } from '../../testing/answers.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { usageSchema } from './schemas.js';

const PATH = '/settings/api/usage';

describe.each([
  ['on the test run’s own store', undefined],
  ['on PostgreSQL', null],
])('usage, counted %s', (_name, redisUrl) => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi(redisUrl === undefined ? {} : { redisUrl });
  });
  afterAll(() => api.close());

  it('200: tells how full the plan’s windows are; looking fills nothing', async () => {
    const tenant = await api.createTenant({ plan: 'starter' });
    const viewer = await api.signIn(tenant, 'viewer');
    const show = async () => expectData(await viewer.get(PATH), 200, usageSchema.strict());

    expect(await show()).toEqual({
      plan: {
        ...{ id: 'starter', name: 'Starter', requests_per_minute: 30, requests_per_day: 5_000 },
        entitlements: ['public_api', 'webhooks'],
      },
      used: { minute: 0, minute_resets_at: null, day: 0, day_resets_at: null },
      counts: { webhooks: 0, keys: 1, people: 1 },
    });
    for (let n = 0; n < 3; n += 1) await tenant.get('/api/v1/customers');
    const used = (await show()).used;
    expect(used).toMatchObject({ minute: 3, day: 3 });
    expect(Date.parse(used.minute_resets_at as string) - Date.now()).toBeGreaterThan(30_000);
    expect(Date.parse(used.day_resets_at as string) - Date.now()).toBeGreaterThan(80_000_000);
    expect((await show()).used.minute).toBe(3);
  });

  it('200: counts what the tenant has now, of both modes, and nobody else’s', async () => {
    const tenant = await api.createTenant();
    const owner = await api.signIn(tenant, 'owner');
    await api.signIn(tenant, 'viewer');
    await api.createTenant();
    const test = await api.createKey(tenant, { mode: 'test' });
    const hook = { url: 'https://receiver.example/', event_types: ['*'] };
    await tenant.post('/api/v1/webhook-endpoints').send(hook);
    const { id } = (await test.post('/api/v1/webhook-endpoints').send(hook)).body.data as { id: string };
    expect((await owner.get(PATH)).body.data.counts).toEqual({ webhooks: 2, keys: 2, people: 2 });
    await test.delete(`/api/v1/webhook-endpoints/${id}`);
    await owner.delete(`/settings/api/keys/${test.keyId}`);
    expect((await owner.get(PATH)).body.data.counts).toEqual({ webhooks: 1, keys: 1, people: 2 });
  });

  it('401: nobody without a session', async () => {
    expectError(await api.http.get(PATH).set('Accept', 'application/json'), 'unauthorized');
  });
});
