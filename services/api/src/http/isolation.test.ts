import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId, type IdKind } from '@switchboard/shared';
import { withoutRequestId } from '../testing/answers.js';
import type { Tenant } from '../testing/actors.js';
import { createDeliveryMaker, type MadeDelivery } from '../testing/deliveries.js';
import { startTestApi, type ServedRoute, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let asking: Tenant;
let owner: Tenant;
let ownerInTestMode: Tenant;

/** What a route with an id is about, by its path; a new one must be added here, or the test below says so. */
const KIND_OF_PATH: Record<string, IdKind> = {
  '/api/v1/appointments/{id}': 'appointment',
  '/api/v1/webhook-endpoints/{id}': 'endpoint',
  '/api/v1/events/{id}': 'event',
  '/api/v1/deliveries/{id}': 'delivery',
};
const LISTS = ['/api/v1/webhook-endpoints', '/api/v1/events', '/api/v1/deliveries'];

beforeAll(async () => {
  api = await startTestApi();
  asking = await api.createTenant({ name: 'The one who asks' });
  owner = await api.createTenant({ name: 'The owner' });
  ownerInTestMode = await api.createKey(owner, { mode: 'test' });
});
afterAll(() => api.close());

/** One id of every kind, of things that exist. */
async function makeOneOfEach(tenant: Tenant, mode: 'live' | 'test'): Promise<Record<string, string>> {
  const make = createDeliveryMaker(api);
  const endpoint = await make.createEndpoint(tenant);
  const [delivery] = (await make.deliver(tenant, { mode })) as [MadeDelivery];
  await make.attempt(delivery, {});
  const booking = { customer: { name: 'Ada' }, starts_at: '2030-05-01T09:00:00Z' };
  const appointment = (await tenant.post('/api/v1/appointments').send(booking)).body.data.id as string;
  return { endpoint, delivery: delivery.id, event: delivery.event_id, appointment };
}

const routesWithId = () => api.routes.filter((route) => route.path.includes('{id}'));

function ask(caller: Tenant, { method, path }: ServedRoute, id: string) {
  const request = caller[method](path.replace('{id}', id));
  return method === 'patch' ? request.send({ enabled: false }) : request;
}

/** Status, headers and bytes, but for what differs between any two requests. */
function whole(answer: { status: number; text: string; headers: Record<string, unknown> }) {
  const { date: _date, 'x-request-id': _id, etag: _etag, ...headers } = answer.headers;
  return { status: answer.status, headers, body: withoutRequestId(answer.text) };
}

async function expectHidden(from: Tenant, ids: Record<string, string>): Promise<void> {
  for (const route of routesWithId()) {
    const kind = KIND_OF_PATH[route.path] as IdKind;
    const hidden = await ask(from, route, ids[kind] as string);
    const missing = await ask(from, route, toPublicId(kind, newUuid()));
    expect({ route, ...whole(hidden) }).toEqual({ route, ...whole(missing) });
    expect(hidden.status).toBe(404);
  }
}

async function expectVisible(to: Tenant, ids: Record<string, string>): Promise<void> {
  for (const route of routesWithId().filter(({ method }) => method === 'get')) {
    const answer = await ask(to, route, ids[KIND_OF_PATH[route.path] as IdKind] as string);
    expect({ route, status: answer.status }).toEqual({ route, status: 200 });
  }
}

describe('another tenant’s data (invariant 8)', () => {
  it('every route with an id is looked at here', () => {
    expect([...new Set(routesWithId().map((route) => route.path))].sort()).toEqual(Object.keys(KIND_OF_PATH).sort());
  });

  it('its ids answer byte for byte what ids answer that do not exist, and nothing of it changes', async () => {
    const ids = await makeOneOfEach(owner, 'live');
    await expectHidden(asking, ids);
    await expectVisible(owner, ids);
    expect((await owner.get(`/api/v1/webhook-endpoints/${ids.endpoint}`)).body.data.enabled).toBe(true);
    expect((await owner.get(`/api/v1/appointments/${ids.appointment}`)).body.data.status).toBe('booked');
  });

  it('is in no list, and no filter finds it', async () => {
    const ids = await makeOneOfEach(owner, 'live');
    for (const path of [
      ...LISTS,
      `/api/v1/deliveries?event_id=${ids.event}`,
      `/api/v1/deliveries?endpoint_id=${ids.endpoint}`,
    ]) {
      const { body } = await asking.get(path);
      expect({ path, data: body.data, total: body.meta.total }).toEqual({ path, data: [], total: 0 });
    }
  });

  it('a cursor taken from its list opens nothing', async () => {
    await makeOneOfEach(owner, 'live');
    await makeOneOfEach(owner, 'live');
    for (const path of ['/api/v1/events', '/api/v1/deliveries']) {
      const { next_cursor } = (await owner.get(`${path}?per_page=1`)).body.meta as { next_cursor: string };
      expect((await asking.get(`${path}?cursor=${next_cursor}`)).body.data).toEqual([]);
    }
  });
});

describe('test mode and live mode of one tenant', () => {
  it('a test key sees no live data', async () => {
    const ids = await makeOneOfEach(owner, 'live');
    await expectHidden(ownerInTestMode, ids);
    await expectVisible(owner, ids);
  });

  it('a live key sees no test data', async () => {
    const ids = await makeOneOfEach(ownerInTestMode, 'test');
    await expectHidden(owner, ids);
    await expectVisible(ownerInTestMode, ids);
  });

  it('lists show the key’s own mode alone', async () => {
    const tenant = await api.createTenant();
    const testKey = await api.createKey(tenant, { mode: 'test' });
    await makeOneOfEach(tenant, 'live');
    for (const path of LISTS) {
      expect((await tenant.get(path)).body.data).not.toHaveLength(0);
      expect((await testKey.get(path)).body).toMatchObject({ data: [], meta: { total: 0 } });
    }
  });

  it('a live event goes to no endpoint made with a test key', async () => {
    const tenant = await api.createTenant();
    const make = createDeliveryMaker(api);
    await make.createEndpoint(await api.createKey(tenant, { mode: 'test' }));
    expect(await make.deliver(tenant, { mode: 'live' })).toEqual([]);
    expect(await make.deliver(tenant, { mode: 'test' })).toHaveLength(1);
  });
});
