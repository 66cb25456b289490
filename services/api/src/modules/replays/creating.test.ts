import { beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { apiWithFreshTenants } from '../../testing/fresh-tenant.js';
import type { TestApi } from '../../testing/test-api.js';
import { replayWithResultSchema } from './schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;
let endpoint: string;

const PATH = '/api/v1/replays';

const fresh = apiWithFreshTenants();
beforeEach(async () => {
  ({ api, make, tenant } = await fresh());
  endpoint = await make.createEndpoint(tenant);
});

/** Deliveries that have ended so, of an event of this name. */
async function ended(event: string, ...statuses: ('dead' | 'succeeded' | 'cancelled' | 'pending')[]) {
  for (const status of statuses) {
    const [delivery] = (await make.deliver(tenant, { event })).filter(({ endpoint_id }) => endpoint_id === endpoint);
    if (status === 'cancelled') await make.cancel(delivery as MadeDelivery, 'endpoint_disabled');
    else if (status !== 'pending') await make.attempt(delivery as MadeDelivery, { status });
  }
}

const ask = (body: object) => tenant.post(PATH).send(body);
const create = async (body: object) => expectData(await ask(body), 202, replayWithResultSchema.strict());

/** How many deliveries each of these asks for; none of them stays running. */
async function matched(...bodies: object[]): Promise<number[]> {
  const counts: number[] = [];
  for (const body of bodies) {
    const { id, matched: count } = await create(body);
    counts.push(count);
    expect((await tenant.post(`${PATH}/${id}/cancel`)).status).toBe(200);
  }
  return counts;
}

const auditOf = (replayId: string) =>
  api.database.query<object>({
    text: 'SELECT action, actor_id, after FROM audit_log WHERE target_id = $1 ORDER BY id',
    values: [uuidOf('replay', replayId)],
  });

describe('POST /api/v1/replays', () => {
  it('202: runs by itself; says what it is about, how many match and how far it is', async () => {
    await ended('invoice.paid', 'dead', 'dead', 'succeeded', 'pending');
    const replay = await create({});
    expect(replay).toEqual({
      ...{ id: expect.stringMatching(/^rpl_/), status: 'running', matched: 2, replayed: 0, skipped: 0 },
      filter: { endpoint_id: null, status: ['dead'], event: null, error: null, since: null, until: replay.created_at },
      result: { succeeded: 0, dead: 0, cancelled: 0, pending: 0 },
      ...{ created_at: expect.any(String), completed_at: null },
    });
  });

  it('202: matches by status, one or several; a test never matches', async () => {
    await ended('invoice.paid', 'dead', 'dead', 'dead', 'cancelled', 'succeeded', 'succeeded', 'pending');
    const all = ['succeeded', 'cancelled', 'dead'];
    expect(await matched({}, { status: 'cancelled' }, { status: ['succeeded'] }, { status: all })).toEqual([
      3, 1, 2, 6,
    ]);
    await api.database.query({
      text: `UPDATE deliveries SET run_trigger = 'test' WHERE tenant_id = $1 AND status = 'dead'`,
      values: [tenant.uuid],
    });
    expect(await matched({}, { status: all })).toEqual([0, 3]);
  });

  it('202: matches by endpoint, event and time', async () => {
    await ended('invoice.paid', 'dead');
    const [first] = (await tenant.get('/api/v1/events')).body.data as { created_at: string }[];
    const since = new Date(Date.parse(first?.created_at as string) + 1).toISOString();
    await ended('invoice.sent', 'dead', 'dead');
    const other = await make.createEndpoint(tenant);
    expect(
      await matched(
        { endpoint_id: endpoint },
        { endpoint_id: other },
        { event: 'invoice.sent' },
        { since },
        { until: since },
      ),
    ).toEqual([3, 0, 2, 2, 1]);
  });

  it('202: matches by the error that ended the deliveries, and says so', async () => {
    const [slow, broken, taken] = await Promise.all([make.deliver(tenant), make.deliver(tenant), make.deliver(tenant)]);
    const end = ([delivery]: MadeDelivery[], error_code: string | null, status: 'dead' | 'succeeded') =>
      make.attempt(delivery as MadeDelivery, { status, error_code, error_message: error_code });
    await end(slow, 'timeout', 'dead');
    await end(broken, 'http_status', 'dead');
    await end(taken, null, 'succeeded');
    expect(await matched({ error: 'timeout' }, { error: 'tls_invalid' }, {})).toEqual([1, 0, 2]);
    expect((await create({ error: 'timeout' })).filter.error).toBe('timeout');
    expectInvalid(await ask({ error: 'It timed out' }), 'error');
  });

  it('202: is in the audit log with its filter, and so is its end by hand', async () => {
    await ended('invoice.paid', 'dead');
    const { id, filter } = await create({ endpoint_id: endpoint });
    await tenant.post(`${PATH}/${id}/cancel`);
    const actor_id = uuidOf('apiKey', tenant.keyId);
    expect(await auditOf(id)).toEqual([
      { action: 'replay.created', actor_id, after: { ...filter, matched: 1 } },
      { action: 'replay.cancelled', actor_id, after: { matched: 1, replayed: 0 } },
    ]);
  });

  it('202: one Idempotency-Key is one replay, whatever has become of its endpoint', async () => {
    const send = () => ask({ endpoint_id: endpoint }).set('Idempotency-Key', 'all-of-them');
    const first = await send();
    await tenant.patch(`/api/v1/webhook-endpoints/${endpoint}`).send({ enabled: false });
    expect((await send()).text).toBe(first.text);
    expect((await tenant.get(PATH)).body.meta.total).toBe(1);
  });

  it('409: at most three run at once, of a tenant’s two modes together; asked at once as well', async () => {
    const test = await api.createKey(tenant, { mode: 'test' });
    const callers = [tenant, test, tenant, test, tenant, test];
    const answers = await Promise.all(callers.map((caller) => caller.post(PATH).send({})));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 409, 409, 409]);
    expect(expectError(await ask({}), 'conflict').message).toContain('3 replays are running');
    const other = await api.createTenant();
    expect((await other.post(PATH).send({})).status).toBe(202);
  });

  it('409: the endpoint is disabled', async () => {
    await tenant.patch(`/api/v1/webhook-endpoints/${endpoint}`).send({ enabled: false });
    expect(expectError(await ask({ endpoint_id: endpoint }), 'conflict').message).toContain('disabled');
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.post(PATH).send({}), 'unauthorized');
  });

  it('403: who may only look may not replay', async () => {
    const reader = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await reader.post(PATH).send({}), 'insufficient_scope');
  });

  it('422: an endpoint that this tenant does not have, or no longer has', async () => {
    const other = await make.createEndpoint(await api.createTenant());
    await tenant.delete(`/api/v1/webhook-endpoints/${endpoint}`);
    for (const endpoint_id of [endpoint, other, toPublicId('endpoint', newUuid())]) {
      expectInvalid(await ask({ endpoint_id }), 'endpoint_id');
    }
  });

  it.each<[string, object, string[]]>([
    ['a status that has not ended', { status: 'pending' }, ['status']],
    ['no status at all', { status: [] }, ['status']],
    ['an event name that is none', { event: 'Invoice Paid' }, ['event']],
    ['a time that is none', { since: 'yesterday' }, ['since']],
    ['a span that ends before it begins', { since: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }, ['until']],
    ['an unknown field', { rate: 5 }, ['rate']],
  ])('422: refuses %s and names the field', async (_what, body, paths) => {
    expectInvalid(await ask(body), ...paths);
  });
});

describe('POST /api/v1/webhook-endpoints/{id}/recover', () => {
  const since = '2026-01-01T00:00:00Z';
  const recover = (id: string, body: object = { since }) =>
    tenant.post(`/api/v1/webhook-endpoints/${id}/recover`).send(body);

  it('202: is a replay of all that this endpoint has missed since then, dead or cancelled', async () => {
    await ended('invoice.paid', 'dead', 'cancelled', 'succeeded', 'pending');
    const replay = expectData(await recover(endpoint), 202, replayWithResultSchema.strict());
    expect(replay).toMatchObject({
      ...{ status: 'running', matched: 2 },
      filter: { endpoint_id: endpoint, status: ['dead', 'cancelled'], since: '2026-01-01T00:00:00.000Z' },
    });
    expect((await tenant.get(`${PATH}/${replay.id}`)).body.data).toEqual(replay);
  });

  it('202: what was before is left', async () => {
    await ended('invoice.paid', 'dead');
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await recover(endpoint, { since: later })).body.data.matched).toBe(0);
  });

  it('409: it is disabled', async () => {
    await tenant.patch(`/api/v1/webhook-endpoints/${endpoint}`).send({ enabled: false });
    expectError(await recover(endpoint), 'conflict');
  });

  it('401 and 403: without a key, and with one that may only look', async () => {
    const path = `/api/v1/webhook-endpoints/${endpoint}/recover`;
    const reader = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await api.http.post(path).send({ since }), 'unauthorized');
    expectError(await reader.post(path).send({ since }), 'insufficient_scope');
  });

  it('404: there is no such endpoint, or it is another tenant’s', async () => {
    const other = await make.createEndpoint(await api.createTenant());
    for (const id of [other, toPublicId('endpoint', newUuid())]) expectError(await recover(id), 'not_found');
  });

  it('422: since when is not said', async () => {
    expectInvalid(await recover(endpoint, {}), 'since');
  });
});
