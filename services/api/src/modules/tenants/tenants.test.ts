import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import { callerWith } from '../../testing/actors.js';
import { platformToken } from '../../testing/platform-token.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const PATH = '/platform/v1/tenants';
const tenantSchema = z.strictObject({
  id: z.string().startsWith('ten_'),
  name: z.string(),
  plan: z.string(),
  created_at: z.iso.datetime({ precision: 3 }),
});
const create = (body: object) => api.platform.post(PATH).send(body);

describe('POST /platform/v1/tenants', () => {
  it.each(['starter', 'pro', 'enterprise'])('201: creates a tenant on the plan %s', async (plan) => {
    const data = expectData(await create({ name: 'Dental Studio', plan }), 201, tenantSchema);
    expect(data).toMatchObject({ name: 'Dental Studio', plan });
  });

  it('401: a tenant’s API key is no platform token', async () => {
    const tenant = await api.createTenant();
    expectError(await tenant.post(PATH).send({ name: 'Mine', plan: 'pro' }), 'unauthorized');
  });

  it('403: a token without the role platform creates nothing', async () => {
    const somebody = callerWith(api.http, platformToken({ claims: { role: 'tenant' } }));
    expectError(await somebody.post(PATH).send({ name: 'Mine', plan: 'pro' }), 'forbidden');
  });

  it.each([
    ['a plan that does not exist', { plan: 'gold' }, 'plan'],
    ['no name', { name: '' }, 'name'],
    ['a name of more than 200 characters', { name: 'x'.repeat(201) }, 'name'],
    ['a name with a NUL character', { name: 'a\u0000' }, 'name'],
    ['a list for a name', { name: ['a'] }, 'name'],
    ['an unknown field', { id: 'ten_1' }, 'id'],
  ])('422: refuses %s and names the field', async (_what, change, path) => {
    expectInvalid(await create({ name: 'Dental Studio', plan: 'pro', ...change }), path);
  });

  it('422: tells which plans there are', async () => {
    const { details } = expectInvalid(await create({ name: 'Dental Studio', plan: 'gold' }), 'plan');
    expect(details[0]?.message).toContain('must be one of starter, pro, enterprise');
  });
});

describe('GET /platform/v1/tenants', () => {
  it('200: lists all tenants, oldest first, page by page', async () => {
    const made: unknown[] = [];
    for (const name of ['One', 'Two', 'Three']) made.push((await create({ name, plan: 'starter' })).body.data);
    const { total } = (await api.platform.get(`${PATH}?per_page=1`)).body.meta as { total: number };
    const all: unknown[] = [];
    for (let page = 1; page <= Math.ceil(total / 2); page += 1) {
      const answer = await api.platform.get(`${PATH}?per_page=2&page=${page}`);
      expect([answer.status, answer.body.meta]).toEqual([200, { page, per_page: 2, total }]);
      all.push(...(answer.body.data as unknown[]));
    }
    expect(all).toHaveLength(total);
    expect(all.slice(-3)).toEqual(made);
  });

  it('401: answers nobody without a token', async () => {
    expectError(await api.http.get(PATH), 'unauthorized');
  });

  it('403: a token without the role platform sees nothing', async () => {
    expectError(await callerWith(api.http, platformToken({ claims: { role: undefined } })).get(PATH), 'forbidden');
  });

  it('422: refuses an unknown query parameter and a page that is none', async () => {
    expectInvalid(await api.platform.get(`${PATH}?plan=pro&page=x`), 'plan', 'page');
  });
});
