import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { customerSchema, newUuid, toPublicId, type CustomerView } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { eventsAbout } from '../../testing/scheduling.js';
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

const PATH = '/api/v1/customers';
const pathOf = ({ id }: { id: string }) => `${PATH}/${id}`;
const missing = () => pathOf({ id: toPublicId('customer', newUuid()) });
const add = async (body: object = {}): Promise<CustomerView> =>
  expectData(await tenant.post(PATH).send({ name: 'Ada Lovelace', ...body }), 201, customerSchema.strict());

const WRONG: [what: string, field: string, value: unknown][] = [
  ['a phone number without a country', 'phone', '415 555 2671'],
  ['a phone number that nobody can have', 'phone', '+1415'],
  ['no phone number', 'phone', '+1415555267x'],
  ['no e-mail address', 'email', 'ada@'],
  ['an empty name', 'name', ''],
  ['a name of more than 200 characters', 'name', 'x'.repeat(201)],
  ['a number for a name', 'name', 7],
];

describe('POST /api/v1/customers', () => {
  it('201: adds a customer, and tells so in an event that holds what was answered', async () => {
    const customer = await add({ phone: '+14155552671', email: 'ada@example.com', notes: 'likes numbers' });
    expect(customer).toMatchObject({ name: 'Ada Lovelace', phone: '+14155552671', email: 'ada@example.com' });
    expect(await eventsAbout(api, customer.id)).toEqual([{ type: 'customer.created', data: customer }]);
  });

  it('201: keeps a phone number in its one canonical form', async () => {
    expect((await add({ phone: '+1 (415) 555-2671' })).phone).toBe('+14155552671');
    expect((await add({ phone: '+49 030 123456' })).phone).toBe('+4930123456');
  });

  it('401, 403: not without a key, not with one that may only read', async () => {
    expectError(await api.http.post(PATH).send({ name: 'Ada' }), 'unauthorized');
    const reader = await api.createKey(tenant, { scopes: ['customers:read'] });
    expectError(await reader.post(PATH).send({ name: 'Ada' }), 'insufficient_scope');
  });

  it.each(WRONG)('422: %s', async (_what, field, value) => {
    expectInvalid(await tenant.post(PATH).send({ name: 'Ada', [field]: value }), field);
  });

  it('422: fields that are not the caller’s to set', async () => {
    const answer = await tenant.post(PATH).send({ name: 'Ada', tenant_id: tenant.id, id: 'x', created_at: 'x' });
    expectInvalid(answer, 'tenant_id', 'id', 'created_at');
  });
});

describe('GET /api/v1/customers', () => {
  const find = async (query: object) => {
    const answer = await tenant.get(PATH).query(query);
    expect(answer.status).toBe(200);
    expect(answer.body.meta.total).toBe((answer.body.data as unknown[]).length);
    return (answer.body.data as CustomerView[]).map(({ name }) => name);
  };

  it('200: searches anywhere in name, phone and e-mail, and takes wildcards for what they are', async () => {
    await add({ name: 'Ada', phone: '+14155552671' });
    await add({ name: 'Grace 100%', email: 'grace_h@example.com' });
    await add({ name: 'graceful' });
    expect(await find({})).toEqual(['Ada', 'Grace 100%', 'graceful']);
    expect(await find({ search: 'GRACE' })).toEqual(['Grace 100%', 'graceful']);
    expect(await find({ search: '5552' })).toEqual(['Ada']);
    expect(await find({ search: 'example.com' })).toEqual(['Grace 100%']);
    expect(await find({ search: '%' })).toEqual(['Grace 100%']);
    expect(await find({ search: '_' })).toEqual(['Grace 100%']);
    expect(await find({ search: '\\' })).toEqual([]);
  });

  it('200: finds by exact phone and e-mail', async () => {
    await add({ name: 'Ada', phone: '+14155552671', email: 'Ada@Example.com' });
    await add({ name: 'Grace', phone: '+14155552672' });
    expect(await find({ phone: '+1 415 555 2671' })).toEqual(['Ada']);
    expect(await find({ email: 'ada@example.COM' })).toEqual(['Ada']);
    expect(await find({ email: 'ada@example.co' })).toEqual([]);
  });

  it('200: pages show each customer once, oldest first', async () => {
    const made = [await add(), await add(), await add()].map(({ id }) => id);
    const page = async (number: number) => (await tenant.get(PATH).query({ page: number, per_page: 2 })).body;
    const [first, second] = [await page(1), await page(2)];
    expect([...first.data, ...second.data].map(({ id }: CustomerView) => id)).toEqual(made);
    expect(second.meta).toEqual({ page: 2, per_page: 2, total: 3 });
  });

  it('401, 403, 422: a key, its scope, and known filters', async () => {
    expectError(await api.http.get(PATH), 'unauthorized');
    expectError(await (await api.createKey(tenant, { scopes: ['customers:write'] })).get(PATH), 'insufficient_scope');
    expectInvalid(
      await tenant.get(PATH).query({ name: 'Ada', phone: '1', per_page: 101 }),
      'name',
      'phone',
      'per_page',
    );
  });
});

describe('GET and PATCH /api/v1/customers/{id}', () => {
  it('200: shows what was added', async () => {
    const customer = await add();
    expect(expectData(await tenant.get(pathOf(customer)), 200, customerSchema)).toEqual(customer);
  });

  it('200: changes what is given, empties what is null, and tells so', async () => {
    const before = await add({ phone: '+14155552671', notes: 'x' });
    const answer = await tenant.patch(pathOf(before)).send({ name: 'Ada King', phone: null });
    const after = expectData(answer, 200, customerSchema.strict());
    expect(after).toEqual({ ...before, name: 'Ada King', phone: null, updated_at: after.updated_at });
    expect((await eventsAbout(api, before.id)).at(-1)).toEqual({ type: 'customer.updated', data: after });
  });

  it('200: a change to what is there already is none, and emits nothing', async () => {
    const before = await add();
    const answer = await tenant.patch(pathOf(before)).send({ name: before.name, notes: null });
    expect(expectData(answer, 200, customerSchema)).toEqual(before);
    expect(await eventsAbout(api, before.id)).toHaveLength(1);
  });

  it('401, 403: a key and its scope', async () => {
    expectError(await api.http.get(missing()), 'unauthorized');
    expectError(await api.http.patch(missing()).send({ name: 'x' }), 'unauthorized');
    const reader = await api.createKey(tenant, { scopes: ['customers:read'] });
    expectError(await reader.patch(missing()).send({ name: 'x' }), 'insufficient_scope');
    const writer = await api.createKey(tenant, { scopes: ['customers:write'] });
    expectError(await writer.get(missing()), 'insufficient_scope');
  });

  it('404: another tenant’s customer, one of the other mode and none answer alike', async () => {
    const customer = await add();
    for (const caller of [await api.createTenant(), await api.createKey(tenant, { mode: 'test' })]) {
      for (const path of [pathOf(customer), missing()]) {
        expectError(await caller.get(path), 'not_found');
        expectError(await caller.patch(path).send({ name: 'x' }), 'not_found');
      }
    }
  });

  it.each([...WRONG, ['null for a name', 'name', null] as const])('422: %s', async (_what, field, value) => {
    const customer = await add();
    expectInvalid(await tenant.patch(pathOf(customer)).send({ [field]: value }), field);
  });

  it('422: no change at all', async () => {
    expectInvalid(await tenant.patch(missing()).send({}), '');
  });
});
