import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { walk } from '../../testing/cursors.js';
import { createDeliveryMaker, type DeliveryMaker } from '../../testing/deliveries.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;
/** Ids of the tenant's events, newest first: five of invoices, two of calls. */
let ids: string[];

const PATH = '/api/v1/events';
const idsOf = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map((event) => event.id);

beforeAll(async () => {
  api = await startTestApi();
  make = createDeliveryMaker(api);
  tenant = await api.createTenant();
  ids = [];
  for (const event of [
    'invoice.paid',
    'call.ended',
    'invoice.paid',
    'invoice.paid',
    'call.ended',
    'invoice.paid',
    'invoice.paid',
  ]) {
    ids.unshift(await make.publish(tenant, { event }));
  }
});
afterAll(() => api.close());

describe('GET /api/v1/events', () => {
  it('200: lists the tenant’s events, newest first', async () => {
    const answer = await tenant.get(PATH);
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(ids);
    expect(answer.body.meta).toEqual({ page: 1, per_page: 20, total: 7, next_cursor: null });
    expect(answer.body.data[0]).toEqual({
      id: ids[0],
      event: 'invoice.paid',
      created_at: expect.stringMatching(/\.\d{3}Z$/),
      is_test: false,
      data: { amount: 100 },
    });
  });

  it('200: pages, and says where the list stands', async () => {
    const second = await tenant.get(`${PATH}?page=2&per_page=3`);
    expect(idsOf(second)).toEqual(ids.slice(3, 6));
    expect(second.body.meta).toEqual({ page: 2, per_page: 3, total: 7, next_cursor: expect.any(String) });
    const beyond = await tenant.get(`${PATH}?page=4&per_page=3`);
    expect(beyond.body).toEqual({
      success: true,
      data: [],
      meta: { page: 4, per_page: 3, total: 7, next_cursor: null },
    });
  });

  it('200: lists one event type alone', async () => {
    const answer = await tenant.get(`${PATH}?event=call.ended&per_page=1`);
    expect(answer.body).toMatchObject({ data: [{ id: ids[2], event: 'call.ended' }], meta: { total: 2 } });
    const next = await tenant.get(`${PATH}?event=call.ended&per_page=1&cursor=${answer.body.meta.next_cursor}`);
    expect(idsOf(next)).toEqual([ids[5]]);
    expect((await tenant.get(`${PATH}?event=never.happened`)).body).toMatchObject({ data: [], meta: { total: 0 } });
  });

  it('200: by cursor every event is shown once, while new ones arrive', async () => {
    const shown = await walk(tenant, `${PATH}?event=invoice.paid`, 2, () =>
      make.publish(tenant, { event: 'invoice.paid' }),
    );
    expect(shown).toEqual([0, 1, 3, 4, 6].map((index) => ids[index]));
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.get(PATH), 'unauthorized');
  });

  it('403: a key without events:read sees nothing', async () => {
    const other = await api.createKey(tenant, { scopes: ['webhooks:manage', 'appointments:read'] });
    expectError(await other.get(PATH), 'insufficient_scope');
  });

  it.each([
    ['a star for a name', 'event=invoice.*', ['event']],
    ['a cursor that is none of ours', 'cursor=abc', ['cursor']],
    ['a cursor of more than 100 characters', `cursor=${'a'.repeat(101)}`, ['cursor']],
    ['page 0 and 101 a page', 'page=0&per_page=101', ['page', 'per_page']],
    ['an unknown parameter', 'type=invoice.paid', ['type']],
  ])('422: refuses %s and names the parameter', async (_what, query, paths) => {
    expectInvalid(await tenant.get(`${PATH}?${query}`), ...paths);
  });

  it('422: a cursor and a page are two answers to one question', async () => {
    const { next_cursor } = (await tenant.get(`${PATH}?per_page=1`)).body.meta;
    expectInvalid(await tenant.get(`${PATH}?per_page=1&page=2&cursor=${next_cursor}`), 'page');
  });
});

describe('GET /api/v1/events/{id}', () => {
  it('200: shows the event', async () => {
    const answer = await tenant.get(`${PATH}/${ids[1]}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      success: true,
      data: {
        id: ids[1],
        event: 'invoice.paid',
        created_at: expect.any(String),
        is_test: false,
        data: { amount: 100 },
      },
    });
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.get(`${PATH}/${ids[0]}`), 'unauthorized');
  });

  it('403: a key without events:read sees nothing', async () => {
    const other = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await other.get(`${PATH}/${ids[0]}`), 'insufficient_scope');
  });

  it('404: there is no such event', async () => {
    expectError(await tenant.get(`${PATH}/${toPublicId('event', newUuid())}`), 'not_found');
  });

  it('422: a UUID is not an id of ours', async () => {
    expectInvalid(await tenant.get(`${PATH}/${newUuid()}`), 'id');
  });
});
