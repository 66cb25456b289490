import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, staffSchema, timeOffSchema, toPublicId, type StaffView } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { createScheduling, everyDay, type Scheduling } from '../../testing/scheduling.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let scheduling: Scheduling;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  scheduling = createScheduling(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
});

const PATH = '/platform/v1/staff';
const create = (body: object = {}) => api.platform.post(PATH).send({ tenant_id: tenant.id, name: 'Dana', ...body });
const created = async (body: object = {}): Promise<StaffView> =>
  expectData(await create(body), 201, staffSchema.strict());
const patch = (id: string, body: object) => api.platform.patch(`${PATH}/${id}`).send({ tenant_id: tenant.id, ...body });
const missing = () => toPublicId('staff', newUuid());

describe('staff written by the platform', () => {
  it('201: is read by the tenant with working hours and services, by id and in the list', async () => {
    const service_ids = [await scheduling.createService(tenant), await scheduling.createService(tenant)];
    const contact = { email: 'dana@example.com', phone: '+14155552671', timezone: 'America/New_York' };
    const staff = await created({ ...contact, service_ids, working_hours: everyDay('09:00', '17:00') });
    expect(staff).toMatchObject({ ...contact, service_ids, working_hours: everyDay('09:00', '17:00'), active: true });
    expect(expectData(await tenant.get(`/api/v1/staff/${staff.id}`), 200, staffSchema)).toEqual(staff);
    const list = await tenant.get('/api/v1/staff');
    expect(list.body).toMatchObject({ data: [staff], meta: { total: 1 } });
  });

  it('200: changes what is given and leaves the rest', async () => {
    const service = await scheduling.createService(tenant);
    const before = await created({ service_ids: [service], working_hours: everyDay('09:00', '17:00') });
    const renamed = expectData(await patch(before.id, { name: 'Dana D.' }), 200, staffSchema.strict());
    expect(renamed).toEqual({ ...before, name: 'Dana D.', updated_at: renamed.updated_at });
    const bare = expectData(await patch(before.id, { service_ids: [], active: false }), 200, staffSchema);
    expect(bare).toMatchObject({ service_ids: [], active: false, working_hours: before.working_hours });
  });

  it('200: working hours are replaced as a whole', async () => {
    const { id } = await created({ working_hours: everyDay('09:00', '17:00') });
    const body = {
      tenant_id: tenant.id,
      working_hours: everyDay('10:00', '24:00').slice(0, 1),
      timezone: 'Europe/Berlin',
    };
    const answer = await api.platform.put(`${PATH}/${id}/working-hours`).send(body);
    expect(expectData(answer, 200, staffSchema)).toMatchObject({
      working_hours: body.working_hours,
      timezone: 'Europe/Berlin',
    });
  });

  it('201, 200: time off is added and taken back', async () => {
    const { id } = await created();
    const span = { starts_at: '2030-05-01T09:00:00.000Z', ends_at: '2030-05-02T09:00:00.000Z', reason: 'holiday' };
    const answer = await api.platform.post(`${PATH}/${id}/time-off`).send({ tenant_id: tenant.id, ...span });
    const off = expectData(answer, 201, timeOffSchema.strict());
    expect(off).toMatchObject({ ...span, staff_id: id });
    const remove = (owner: Tenant) => api.platform.delete(`/platform/v1/time-off/${off.id}?tenant_id=${owner.id}`);
    expectError(await remove(await api.createTenant()), 'not_found');
    expect((await remove(tenant)).body.data).toEqual({ id: off.id, deleted: true });
    expectError(await remove(tenant), 'not_found');
  });

  it.each([
    ['an unknown time zone', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['an offset for a time zone', { timezone: '+02:00' }, 'timezone'],
    ['a phone number without a country', { phone: '415 555 2671' }, 'phone'],
    ['no e-mail address', { email: 'dana' }, 'email'],
    [
      'an unknown weekday',
      { working_hours: [{ weekday: 'someday', from: '09:00', to: '10:00' }] },
      'working_hours.0.weekday',
    ],
    [
      'a clock time that is none',
      { working_hours: [{ weekday: 'monday', from: '09:60', to: '10:00' }] },
      'working_hours.0.from',
    ],
    [
      'work that ends before it begins',
      { working_hours: [{ weekday: 'monday', from: '10:00', to: '10:00' }] },
      'working_hours.0.to',
    ],
    [
      'stretches that overlap',
      { working_hours: [...everyDay('09:00', '12:00'), ...everyDay('11:59', '13:00')] },
      'working_hours',
    ],
    ['a service that does not exist', { service_ids: [toPublicId('service', newUuid())] }, 'service_ids.0'],
    ['an unknown field', { role: 'admin' }, 'role'],
  ])('422, created or changed: %s', async (_what, change, path) => {
    expectInvalid(await create(change), path);
    const { id } = await created();
    expectInvalid(await patch(id, change), path);
  });

  it('422: another tenant’s service, a tenant that does not exist, time off that ends before it begins', async () => {
    const theirs = await scheduling.createService(await api.createTenant());
    expectInvalid(await create({ service_ids: [theirs] }), 'service_ids.0');
    expectInvalid(await create({ tenant_id: toPublicId('tenant', newUuid()) }), 'tenant_id');
    const { id } = await created();
    const span = { tenant_id: tenant.id, starts_at: '2030-05-01T09:00:00Z', ends_at: '2030-05-01T09:00:00Z' };
    expectInvalid(await api.platform.post(`${PATH}/${id}/time-off`).send(span), 'ends_at');
  });

  it('404: under another tenant or mode than its own there is no such staff member', async () => {
    const { id } = await created();
    const other = await api.createTenant();
    for (const scope of [{ tenant_id: other.id }, { tenant_id: tenant.id, mode: 'test' }]) {
      expectError(await api.platform.patch(`${PATH}/${id}`).send({ ...scope, name: 'x' }), 'not_found');
      const hours = { ...scope, working_hours: [] };
      expectError(await api.platform.put(`${PATH}/${id}/working-hours`).send(hours), 'not_found');
      const off = { ...scope, starts_at: '2030-05-01T09:00:00Z', ends_at: '2030-05-01T10:00:00Z' };
      expectError(await api.platform.post(`${PATH}/${id}/time-off`).send(off), 'not_found');
    }
  });

  it('401: a tenant’s key is no platform token', async () => {
    expectError(await tenant.post(PATH).send({}), 'unauthorized');
    expectError(await tenant.patch(`${PATH}/${missing()}`).send({}), 'unauthorized');
  });
});

describe('staff read by tenants', () => {
  it('401, 403, 404: a key, its scope, and nobody else’s staff', async () => {
    const { id } = await created();
    expectError(await api.http.get('/api/v1/staff'), 'unauthorized');
    const other = await api.createKey(tenant, { scopes: ['services:read'] });
    for (const path of ['/api/v1/staff', `/api/v1/staff/${id}`])
      expectError(await other.get(path), 'insufficient_scope');
    const stranger = await api.createTenant();
    expectError(await stranger.get(`/api/v1/staff/${id}`), 'not_found');
    expectError(await tenant.get(`/api/v1/staff/${missing()}`), 'not_found');
    expect((await stranger.get('/api/v1/staff')).body.data).toEqual([]);
    expect((await (await api.createKey(tenant, { mode: 'test' })).get('/api/v1/staff')).body.data).toEqual([]);
  });

  it('404: tenants do not write staff', async () => {
    expectError(await tenant.post('/api/v1/staff').send({ name: 'x' }), 'not_found');
  });
});
