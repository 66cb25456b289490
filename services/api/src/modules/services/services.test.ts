import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, serviceSchema, toPublicId, type ServiceView } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
});

const PATH = '/platform/v1/services';
const create = (body: object = {}) =>
  api.platform.post(PATH).send({ tenant_id: tenant.id, name: 'Consultation', duration_minutes: 30, ...body });
const created = async (body: object = {}): Promise<ServiceView> =>
  expectData(await create(body), 201, serviceSchema.strict());
const patch = (id: string, body: object) => api.platform.patch(`${PATH}/${id}`).send({ tenant_id: tenant.id, ...body });

describe('services written by the platform', () => {
  it('201: are read by the tenant with duration, price, currency and buffer, by id and in the list', async () => {
    const fields = { buffer_minutes: 10, price: 4_500, currency: 'EUR', description: 'First visit' };
    const service = await created(fields);
    expect(service).toMatchObject({ ...fields, duration_minutes: 30, active: true });
    expect(expectData(await tenant.get(`/api/v1/services/${service.id}`), 200, serviceSchema)).toEqual(service);
    expect((await tenant.get('/api/v1/services')).body).toMatchObject({ data: [service], meta: { total: 1 } });
  });

  it('200: change where something is given, and stay as they are otherwise', async () => {
    const before = await created({ price: 4_500 });
    const after = expectData(await patch(before.id, { price: 0, active: false }), 200, serviceSchema.strict());
    expect(after).toEqual({ ...before, price: 0, active: false, updated_at: after.updated_at });
  });

  it.each([
    ['a currency that does not exist', { currency: 'XXZ' }, 'currency'],
    ['a currency in small letters', { currency: 'usd' }, 'currency'],
    ['a price below nothing', { price: -1 }, 'price'],
    ['a price in fractions of a cent', { price: 10.5 }, 'price'],
    ['a price that no column holds', { price: 2 ** 31 }, 'price'],
    ['a duration of nothing', { duration_minutes: 0 }, 'duration_minutes'],
    ['a duration of more than a day', { duration_minutes: 1_441 }, 'duration_minutes'],
    ['a buffer below nothing', { buffer_minutes: -1 }, 'buffer_minutes'],
    ['an empty name', { name: '' }, 'name'],
    ['an unknown field', { id: 'x' }, 'id'],
  ])('422, created or changed: %s', async (_what, change, path) => {
    expectInvalid(await create(change), path);
    const { id } = await created();
    expectInvalid(await patch(id, change), path);
  });

  it('422: a tenant that does not exist', async () => {
    expectInvalid(await create({ tenant_id: toPublicId('tenant', newUuid()) }), 'tenant_id');
  });

  it('401, 404: not with a tenant’s key, and not under another tenant or mode', async () => {
    expectError(await tenant.post(PATH).send({}), 'unauthorized');
    const { id } = await created();
    expectError(await patch(id, { tenant_id: (await api.createTenant()).id, price: 1 }), 'not_found');
    expectError(await patch(id, { mode: 'test', price: 1 }), 'not_found');
  });
});

describe('services read by tenants', () => {
  it('200: all, or those that are offered, or those that are not', async () => {
    const [open, closed] = [await created(), await created({ active: false })];
    const ids = async (query: object) =>
      ((await tenant.get('/api/v1/services').query(query)).body.data as ServiceView[]).map(({ id }) => id);
    expect(await ids({})).toEqual([open.id, closed.id]);
    expect(await ids({ active: true })).toEqual([open.id]);
    expect(await ids({ active: false })).toEqual([closed.id]);
    expectInvalid(await tenant.get('/api/v1/services').query({ active: 'yes' }), 'active');
  });

  it('401, 403, 404: a key, its scope, and nobody else’s services', async () => {
    const { id } = await created();
    expectError(await api.http.get('/api/v1/services'), 'unauthorized');
    const other = await api.createKey(tenant, { scopes: ['staff:read'] });
    for (const path of ['/api/v1/services', `/api/v1/services/${id}`])
      expectError(await other.get(path), 'insufficient_scope');
    const stranger = await api.createTenant();
    expectError(await stranger.get(`/api/v1/services/${id}`), 'not_found');
    expectError(await tenant.get(`/api/v1/services/${toPublicId('service', newUuid())}`), 'not_found');
    expect((await stranger.get('/api/v1/services')).body.data).toEqual([]);
    expect((await (await api.createKey(tenant, { mode: 'test' })).get('/api/v1/services')).body.data).toEqual([]);
  });
});
