import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromPublicId, newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createdEndpointSchema, endpointSchema, type EndpointView } from './schemas.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const PATH = '/api/v1/webhook-endpoints';
const pathOf = ({ id }: { id: string }) => `${PATH}/${id}`;
const missing = () => pathOf({ id: toPublicId('endpoint', newUuid()) });

async function create(change: object = {}, caller = tenant): Promise<EndpointView> {
  const body = { url: 'https://receiver.example/hooks', event_types: ['*'], ...change };
  const { secret: _shownOnce, ...endpoint } = expectData(
    await caller.post(PATH).send(body),
    201,
    createdEndpointSchema,
  );
  return endpoint;
}

describe('GET /api/v1/webhook-endpoints', () => {
  it('200: lists the tenant’s endpoints, oldest first, page by page', async () => {
    const owner = await api.createTenant();
    const made = [await create({}, owner), await create({ enabled: false }, owner), await create({}, owner)];
    const first = await owner.get(`${PATH}?per_page=2`);
    expect(first.body).toEqual({ success: true, data: made.slice(0, 2), meta: { page: 1, per_page: 2, total: 3 } });
    const second = await owner.get(`${PATH}?per_page=2&page=2`);
    expect(second.body).toEqual({ success: true, data: made.slice(2), meta: { page: 2, per_page: 2, total: 3 } });
    expect((await owner.get(`${PATH}?page=9`)).body).toMatchObject({
      data: [],
      meta: { page: 9, per_page: 20, total: 3 },
    });
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.get(PATH), 'unauthorized');
  });

  it('403: a key without a webhooks scope sees nothing; who manages them also sees them', async () => {
    expectError(await (await api.createKey(tenant, { scopes: ['events:read'] })).get(PATH), 'insufficient_scope');
    expect((await (await api.createKey(tenant, { scopes: ['webhooks:manage'] })).get(PATH)).status).toBe(200);
  });

  it.each([
    'page=0',
    'page=1.5',
    'page=',
    'page=100001',
    'per_page=0',
    'per_page=101',
    'per_page=ten',
    'sort=url',
    'page=1&page=2',
  ])('422: refuses the query %s and names the parameter', async (query) => {
    expectInvalid(await tenant.get(`${PATH}?${query}`), query.split('=')[0] ?? '');
  });
});

describe('GET /api/v1/webhook-endpoints/{id}', () => {
  it('200: shows the endpoint', async () => {
    const made = await create({ description: 'CRM' });
    expect(expectData(await tenant.get(pathOf(made)), 200, endpointSchema.strict())).toEqual(made);
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.get(missing()), 'unauthorized');
  });

  it('403: a key without a webhooks scope sees nothing', async () => {
    const reader = await api.createKey(tenant, { scopes: ['events:read'] });
    expectError(await reader.get(pathOf(await create())), 'insufficient_scope');
  });

  it('404: there is no such endpoint', async () => {
    expectError(await tenant.get(missing()), 'not_found');
  });

  it('422: an id that is none is refused', async () => {
    expectInvalid(await tenant.get(`${PATH}/first`), 'id');
  });
});

describe('PATCH /api/v1/webhook-endpoints/{id}', () => {
  it('200: changes what is given and leaves the rest', async () => {
    const made = await create({ headers: { 'X-Team': 'blue' }, max_attempts: 3 });
    const change = { description: 'CRM', event_types: ['invoice.*'], rate_limit_per_second: 5, ordering: 'fifo' };
    const answer = await tenant.patch(pathOf(made)).send(change);
    const changed = expectData(answer, 200, endpointSchema.strict());
    expect(changed).toEqual({ ...made, ...change, updated_at: changed.updated_at });
    expect(changed.updated_at > made.updated_at).toBe(true);
    expect((await tenant.get(pathOf(made))).body.data).toEqual(changed);
  });

  it('200: null brings the platform’s default back, and no headers take all headers away', async () => {
    const policy = { max_attempts: 3, timeout_ms: 5_000, max_in_flight: 2, rate_limit_per_second: 5 };
    const made = await create({ ...policy, headers: { 'X-Team': 'blue' } });
    expect(made).toMatchObject(policy);
    const nothing = { max_attempts: null, timeout_ms: null, max_in_flight: null, rate_limit_per_second: null };
    const answer = await tenant.patch(pathOf(made)).send({ ...nothing, headers: {} });
    expect(expectData(answer, 200, endpointSchema)).toMatchObject({ ...nothing, headers: {} });
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.patch(missing()).send({ enabled: false }), 'unauthorized');
  });

  it('403: a key that may only look changes nothing', async () => {
    const made = await create();
    const reader = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await reader.patch(pathOf(made)).send({ enabled: false }), 'insufficient_scope');
    expect((await tenant.get(pathOf(made))).body.data).toEqual(made);
  });

  it('404: there is no such endpoint', async () => {
    expectError(await tenant.patch(missing()).send({ enabled: false }), 'not_found');
  });

  it.each([
    ['an empty change', {}, ''],
    ['null for what has no default', { url: null }, 'url'],
    ['a URL that is none', { url: 'receiver' }, 'url'],
    ['no subscription', { event_types: [] }, 'event_types'],
    ['21 attempts', { max_attempts: 21 }, 'max_attempts'],
    ['101 in flight', { max_in_flight: 101 }, 'max_in_flight'],
    ['a rate of nothing', { rate_limit_per_second: 0 }, 'rate_limit_per_second'],
    ['no ordering at all', { ordering: null }, 'ordering'],
    ['the reason of a disabling', { disabled_reason: 'gone' }, 'disabled_reason'],
    ['the end of an overlap', { previous_secret_expires_at: null }, 'previous_secret_expires_at'],
    ['the id', { id: toPublicId('endpoint', newUuid()) }, 'id'],
    ['the secret', { secret: 'whsec_x' }, 'secret'],
    ['another tenant', { tenant_id: toPublicId('tenant', newUuid()) }, 'tenant_id'],
  ])('422: refuses %s, and changes nothing', async (_what, change, path) => {
    const made = await create();
    expectInvalid(await tenant.patch(pathOf(made)).send(change), path);
    expect((await tenant.get(pathOf(made))).body.data).toEqual(made);
  });

  it('422: a body without anything is no change', async () => {
    expectInvalid(await tenant.patch(pathOf(await create())), '');
  });

  it('422: names a wrong id and a wrong body together', async () => {
    expectInvalid(await tenant.patch(`${PATH}/first`).send({ colour: 'red' }), 'colour', 'id');
  });
});

describe('DELETE /api/v1/webhook-endpoints/{id}', () => {
  it('200: takes it out of sight for good, and keeps its row for the log of its deliveries', async () => {
    const made = await create();
    const answer = await tenant.delete(pathOf(made));
    expect([answer.status, answer.body]).toEqual([200, { success: true, data: { id: made.id, deleted: true } }]);
    expectError(await tenant.get(pathOf(made)), 'not_found');
    expectError(await tenant.patch(pathOf(made)).send({ enabled: true }), 'not_found');
    expectError(await tenant.delete(pathOf(made)), 'not_found');
    expect((await tenant.get(`${PATH}?per_page=100`)).body.data).not.toContainEqual(made);
    const values = [fromPublicId('endpoint', made.id)];
    const text = 'SELECT deleted_at IS NOT NULL AS deleted FROM webhook_endpoints WHERE id = $1';
    expect(await api.database.query({ text, values })).toEqual([{ deleted: true }]);
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.delete(missing()), 'unauthorized');
  });

  it('403: a key that may only look deletes nothing', async () => {
    const made = await create();
    const reader = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await reader.delete(pathOf(made)), 'insufficient_scope');
    expect((await tenant.get(pathOf(made))).status).toBe(200);
  });

  it('404: there is no such endpoint', async () => {
    expectError(await tenant.delete(missing()), 'not_found');
  });

  it('422: an id that is none is refused', async () => {
    expectInvalid(await tenant.delete(`${PATH}/first`), 'id');
  });
});
