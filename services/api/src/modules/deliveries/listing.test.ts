import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { walk } from '../../testing/cursors.js';
import { createDeliveryMaker, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;
let endpoints: [invoices: string, everything: string];
/** In the order they were made: a failed one of each endpoint, a succeeded, a cancelled, and a fresh one. */
let invoiceDeliveries: MadeDelivery[];
let succeeded: MadeDelivery;
let cancelled: MadeDelivery;
let fresh: MadeDelivery;

const PATH = '/api/v1/deliveries';

beforeAll(async () => {
  api = await startTestApi();
  make = createDeliveryMaker(api);
  tenant = await api.createTenant();
  endpoints = [await make.createEndpoint(tenant, ['invoice.*']), await make.createEndpoint(tenant)];
  invoiceDeliveries = await make.deliver(tenant, { event: 'invoice.paid' });
  [succeeded, cancelled, fresh] = [await deliverCall(), await deliverCall(), await deliverCall()];
  for (const delivery of invoiceDeliveries) {
    const failure = {
      status_code: null,
      error_code: 'timeout',
      error_message: 'no answer within 10 s',
      response_headers: null,
      response_body: null,
    };
    await make.attempt(delivery, { ...failure, status: 'pending', retry_delay_ms: 60_000 });
  }
  await make.attempt(succeeded, { status_code: 204 });
  await make.cancel(cancelled, 'endpoint_deleted');
});
afterAll(() => api.close());

async function deliverCall(): Promise<MadeDelivery> {
  const [delivery] = await make.deliver(tenant, { event: 'call.ended' });
  return delivery as MadeDelivery;
}

async function list(query: string): Promise<{ ids: string[]; meta: unknown }> {
  const answer = await tenant.get(`${PATH}?${query}`);
  expect(answer.status).toBe(200);
  return { ids: (answer.body.data as { id: string }[]).map((row) => row.id), meta: answer.body.meta };
}

describe('GET /api/v1/deliveries', () => {
  it('200: lists the tenant’s deliveries, newest event first', async () => {
    const { ids, meta } = await list('');
    expect(ids.slice(0, 3)).toEqual([fresh.id, cancelled.id, succeeded.id]);
    expect(ids.slice(3).sort()).toEqual(invoiceDeliveries.map((delivery) => delivery.id).sort());
    expect(meta).toEqual({ page: 1, per_page: 20, total: 5, next_cursor: null });
  });

  it('200: tells of each where it stands: status, attempts, next attempt, last status, last error', async () => {
    const rows = (await tenant.get(PATH)).body.data as object[];
    const common = {
      created_at: expect.any(String),
      trigger: 'automatic',
      replay_id: null,
      cancel_reason: null,
      next_attempt_at: null,
      last_status_code: null,
      last_error: null,
    };
    const failed = {
      ...common,
      event: 'invoice.paid',
      completed_at: null,
      status: 'pending',
      attempt_count: 1,
      next_attempt_at: expect.any(String),
    };
    expect(rows).toContainEqual({
      ...common,
      ...fresh,
      event: 'call.ended',
      status: 'pending',
      attempt_count: 0,
      next_attempt_at: expect.any(String),
      completed_at: null,
    });
    expect(rows).toContainEqual({
      ...common,
      ...succeeded,
      event: 'call.ended',
      status: 'succeeded',
      attempt_count: 1,
      last_status_code: 204,
      completed_at: expect.any(String),
    });
    expect(rows).toContainEqual({
      ...common,
      ...cancelled,
      event: 'call.ended',
      status: 'cancelled',
      cancel_reason: 'endpoint_deleted',
      attempt_count: 0,
      completed_at: expect.any(String),
    });
    expect(rows).toContainEqual({
      ...failed,
      ...invoiceDeliveries[0],
      last_error: { code: 'timeout', message: 'no answer within 10 s' },
    });
  });

  it('200: filters by status, endpoint, event and event name, alone and together', async () => {
    expect((await list('status=succeeded')).ids).toEqual([succeeded.id]);
    expect((await list('status=dead')).ids).toEqual([]);
    expect((await list(`endpoint_id=${endpoints[0]}`)).ids).toHaveLength(1);
    expect((await list(`event_id=${fresh.event_id}`)).ids).toEqual([fresh.id]);
    expect((await list('event=call.ended&per_page=2')).meta).toMatchObject({ total: 3 });
    expect((await list(`event=invoice.paid&status=pending&endpoint_id=${endpoints[1]}`)).ids).toHaveLength(1);
    expect((await list(`event=call.ended&endpoint_id=${endpoints[0]}`)).ids).toEqual([]);
    expect((await list('error=timeout')).ids.sort()).toEqual(invoiceDeliveries.map((delivery) => delivery.id).sort());
    expect((await list('error=timeout&status=succeeded')).ids).toEqual([]);
    expect((await list('error=dns_failed')).ids).toEqual([]);
  });

  it('200: filters by the time of the event, which is in its id', async () => {
    const timeOf = async ({ event_id }: MadeDelivery) =>
      (await tenant.get(`/api/v1/events/${event_id}`)).body.data.created_at as string;
    const [since, until] = [await timeOf(cancelled), await timeOf(fresh)];
    expect((await list(`since=${since}&until=${until}`)).ids).toEqual([cancelled.id]);
    expect((await list(`since=${since}`)).ids).toEqual([fresh.id, cancelled.id]);
    expect((await list(`until=${since}&status=succeeded`)).ids).toEqual([succeeded.id]);
    expect((await list(`since=${until}&until=${since}`)).ids).toEqual([]);
  });

  it('200: pages, and says where the list stands', async () => {
    const second = await list('page=2&per_page=2');
    expect(second.meta).toEqual({ page: 2, per_page: 2, total: 5, next_cursor: expect.any(String) });
    expect([...(await list('per_page=2')).ids, ...second.ids, ...(await list('page=3&per_page=2')).ids]).toEqual(
      (await list('')).ids,
    );
  });

  it('200: by cursor every delivery is shown once, while new ones arrive', async () => {
    const owner = await api.createTenant();
    await make.createEndpoint(owner);
    await make.createEndpoint(owner);
    const made: string[] = [];
    for (let event = 0; event < 4; event += 1) made.push(...(await make.deliver(owner)).map(({ id }) => id));
    const shown = await walk(owner, PATH, 3, () => make.deliver(owner));
    expect([...shown].sort()).toEqual(made.sort());
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.get(PATH), 'unauthorized');
  });

  it('403: a key without a webhooks scope sees nothing', async () => {
    const other = await api.createKey(tenant, { scopes: ['events:read', 'appointments:write'] });
    expectError(await other.get(PATH), 'insufficient_scope');
  });

  it.each([
    ['a status that is none', 'status=failed', ['status']],
    ['an id of another kind', `endpoint_id=${toPublicId('event', newUuid())}`, ['endpoint_id']],
    ['an event id that is none', 'event_id=1', ['event_id']],
    ['a time without its zone', 'since=2026-12-01T09:30:00', ['since']],
    ['a time that is none', 'until=yesterday', ['until']],
    ['a filter given twice', 'status=dead&status=pending', ['status']],
    ['an error that can be none', 'error=It%20timed%20out', ['error']],
    ['an unknown parameter', 'tenant_id=1', ['tenant_id']],
    [
      'a cursor that is none of ours',
      `cursor=${Buffer.from('1; DROP TABLE deliveries').toString('base64url')}`,
      ['cursor'],
    ],
  ])('422: refuses %s and names the parameter', async (_what, query, paths) => {
    expectInvalid(await tenant.get(`${PATH}?${query}`), ...paths);
  });
});
