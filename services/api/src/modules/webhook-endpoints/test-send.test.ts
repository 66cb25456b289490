import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '@switchboard/db';
import { newUuid, toPublicId } from '@switchboard/shared';
import { setTimeout as pause } from 'node:timers/promises';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { createDeliveryMaker, uuidOf, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';
import { sentTestSchema } from './schemas.js';
import { LONGEST_LOOK_MS } from './test-send.js';

let api: TestApi;
/** Beside it on the same database: an API that does not wait long for attempts. */
let impatient: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;
let endpoint: string;

beforeAll(async () => {
  api = await startTestApi({ testSendCeilingMs: 35_000 });
  impatient = await startTestApi({ database: api.database });
  make = createDeliveryMaker(api);
});
afterAll(async () => {
  await impatient.close();
  await api.close();
});
beforeEach(async () => {
  tenant = await api.createTenant();
  endpoint = await make.createEndpoint(tenant, ['customer.*']);
});

const pathOf = (id: string) => `/api/v1/webhook-endpoints/${id}/test`;
const missing = () => pathOf(toPublicId('endpoint', newUuid()));

/** Sent now, and answered later. */
function send(body: object = {}, headers: Record<string, string> = {}) {
  return tenant
    .post(pathOf(endpoint))
    .set(headers)
    .send(body)
    .then((answer) => answer);
}

const sendImpatiently = (id = endpoint) => impatient.http.post(pathOf(id)).set('X-API-Key', tenant.key).send({});

interface TestRow {
  id: string;
  event_id: string;
  type: string;
  event_type: string;
  data: string;
  is_test: boolean;
  run_trigger: string;
  attempts_before_run: number;
  position: number | null;
  outbox: number;
}

function testRows(): Promise<TestRow[]> {
  return api.database.query<TestRow>({
    text: `SELECT d.id, d.event_id, e.type, d.event_type, e.data, e.is_test, d.run_trigger, d.attempts_before_run, d.position,
        (SELECT count(*) FROM outbox o WHERE o.event_id = e.id) AS outbox
      FROM deliveries d JOIN events e ON e.id = d.event_id
      WHERE d.tenant_id = $1 AND d.endpoint_id = $2 ORDER BY d.id`,
    values: [tenant.uuid, uuidOf('endpoint', endpoint)],
  });
}

/** The delivery of the test that is being waited for. */
async function committedTest(): Promise<MadeDelivery> {
  await waitFor('the test is committed', async () => (await testRows()).length > 0);
  const [row] = await testRows();
  const { id, event_id } = row as TestRow;
  return { id: toPublicId('delivery', id), event_id: toPublicId('event', event_id), endpoint_id: endpoint };
}

describe('POST /api/v1/webhook-endpoints/{id}/test', () => {
  it('200: sends an example and answers with the attempt, as soon as it is made', async () => {
    const answering = send({ event: 'customer.updated' });
    const delivery = await committedTest();
    await make.attempt(delivery, { status_code: 201, response_body: 'thanks' });
    const { delivery: shown, attempt } = expectData(await answering, 200, sentTestSchema.strict());
    expect(shown).toMatchObject({ ...delivery, event: 'customer.updated', status: 'succeeded', attempt_count: 1 });
    expect(attempt).toMatchObject({ number: 1, status_code: 201, error: null, response: { body: 'thanks' } });
    expect(JSON.parse(attempt?.request.body ?? '')).toMatchObject({
      event: 'customer.updated',
      data: { name: expect.any(String) },
    });
  });

  it('200: answers with a failed attempt just the same', async () => {
    const answering = send();
    const failure = { status_code: 500, error_code: 'http_status', error_message: 'The endpoint answered 500.' };
    await make.attempt(await committedTest(), { ...failure, status: 'dead' });
    expect((await answering).body.data).toMatchObject({
      delivery: { status: 'dead', event: 'customer.created' },
      attempt: { status_code: 500, error: { code: 'http_status' } },
    });
  });

  it('200: answers with the first attempt where a worker of the version before would make another', async () => {
    const answering = send();
    const failure = { status_code: 503, error_code: 'http_status', error_message: 'The endpoint answered 503.' };
    await make.attempt(await committedTest(), { ...failure, status: 'pending', retry_delay_ms: 60_000 });
    expect((await answering).body.data).toMatchObject({
      delivery: { status: 'pending' },
      attempt: { status_code: 503 },
    });
  });

  it('200: answers without an attempt where it was cancelled before', async () => {
    const answering = send();
    await make.cancel(await committedTest(), 'endpoint_disabled');
    expect((await answering).body.data).toMatchObject({ delivery: { status: 'cancelled' }, attempt: null });
  });

  it('200: answers without an attempt where no worker made it in time; the delivery goes on', async () => {
    const answer = await sendImpatiently();
    expect(expectData(answer, 200, sentTestSchema.strict())).toMatchObject({
      delivery: { ...(await committedTest()), status: 'pending', attempt_count: 0 },
      attempt: null,
    });
  });

  it('200: is one delivery to this endpoint alone, marked as a test, and in nobody’s outbox', async () => {
    await make.createEndpoint(tenant);
    expect((await sendImpatiently()).status).toBe(200);
    expect(await testRows()).toEqual([
      {
        ...{ id: expect.any(String), event_id: expect.any(String), data: expect.any(String) },
        ...{ type: 'customer.created', event_type: 'customer.created', is_test: true, outbox: 0 },
        ...{ run_trigger: 'test', attempts_before_run: 0, position: null },
      },
    ]);
    const { event_id } = await committedTest();
    expect(await make.receiversOf({ id: event_id })).toEqual([endpoint]);
    const shown = await tenant.get(`/api/v1/events/${event_id}`);
    expect(shown.body.data).toMatchObject({ id: event_id, event: 'customer.created', is_test: true });
  });

  it('200: an alias is the example of its event, under the alias', async () => {
    endpoint = await make.createEndpoint(tenant, ['missed_call']);
    const answer = await sendImpatiently();
    expect(answer.body.data.delivery.event).toBe('missed_call');
    expect(await testRows()).toMatchObject([{ type: 'call.missed', event_type: 'missed_call' }]);
  });

  it('200: the queue is told of it', async () => {
    const before = await impatient.producer.waitingCount('deliveries');
    expect((await sendImpatiently()).status).toBe(200);
    await waitFor('the job is there', async () => (await impatient.producer.waitingCount('deliveries')) > before);
  });

  it('200: no transaction is open while it waits for the attempt: a hanging receiver holds no connection', async () => {
    const answering = send();
    const delivery = await committedTest();
    const open = await api.database.query({
      text: `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      values: [],
    });
    expect(open).toEqual([]);
    await make.attempt(delivery, {});
    await answering;
  });

  it('a caller that hangs up is waited for no longer', async () => {
    let looks = 0;
    const query: Database['query'] = (statement) => {
      if (statement.name === 'is-test-done') looks += 1;
      return api.database.query(statement);
    };
    const watched = await startTestApi({ database: { ...api.database, query }, testSendCeilingMs: 35_000 });
    try {
      const caller = new AbortController();
      const url = `http://127.0.0.1:${watched.port}${pathOf(endpoint)}`;
      const sent = fetch(url, { method: 'POST', headers: { 'X-API-Key': tenant.key }, signal: caller.signal });
      await waitFor('it looks for the attempt', () => looks > 1);
      caller.abort();
      await expect(sent).rejects.toThrow();
      await waitFor('nobody looks any more', async () => {
        const before = looks;
        await pause(3 * LONGEST_LOOK_MS);
        return looks === before;
      });
    } finally {
      await watched.close();
    }
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.post(missing()), 'unauthorized');
  });

  it('403: a key that may only look sends nothing', async () => {
    const reader = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await reader.post(pathOf(endpoint)), 'insufficient_scope');
    expect(await testRows()).toEqual([]);
  });

  it('404: there is no such endpoint, or it is another tenant’s', async () => {
    expectError(await tenant.post(missing()), 'not_found');
    expectError(await (await api.createTenant()).post(pathOf(endpoint)), 'not_found');
    expect(await testRows()).toEqual([]);
  });

  it('409: a disabled endpoint gets nothing, no test either', async () => {
    await tenant.patch(`/api/v1/webhook-endpoints/${endpoint}`).send({ enabled: false });
    expectError(await send(), 'conflict');
    expect(await testRows()).toEqual([]);
  });

  it.each([
    ['an event that is not registered', { event: 'invoice.paid' }, 'event'],
    ['a pattern', { event: 'customer.*' }, 'event'],
    ['nothing for an event', { event: null }, 'event'],
    ['data of the caller’s choice', { data: {} }, 'data'],
  ])('422: refuses %s, and sends nothing', async (_what, body, path) => {
    expectInvalid(await send(body), path);
    expect(await testRows()).toEqual([]);
  });
});

describe('a test under an Idempotency-Key', () => {
  it('is sent once: asked again it waits for the same attempt, and answers the same', async () => {
    const headers = { 'Idempotency-Key': newUuid() };
    const first = send({}, headers);
    const delivery = await committedTest();
    const again = send({}, headers);
    await make.attempt(delivery, {});
    const [one, other] = [await first, await again];
    expect(one.body.data).toMatchObject({ delivery, attempt: { number: 1 } });
    expect([other.status, other.text]).toEqual([200, one.text]);
    expect([one, other].map((answer) => answer.headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    expect(await testRows()).toHaveLength(1);
  });

  it('tells an attempt that the first caller no longer waited for', async () => {
    const headers = { 'Idempotency-Key': newUuid() };
    const early = await sendImpatiently().set(headers);
    expect(early.body.data.attempt).toBeNull();
    await make.attempt(await committedTest(), {});
    const late = await sendImpatiently().set(headers);
    expect(late.body.data).toMatchObject({ delivery: { status: 'succeeded' }, attempt: { number: 1 } });
    expect(await testRows()).toHaveLength(1);
  });

  it('that was refused is refused again', async () => {
    const headers = { 'Idempotency-Key': newUuid() };
    const path = `/api/v1/webhook-endpoints/${endpoint}`;
    await tenant.patch(path).send({ enabled: false });
    const refused = await send({}, headers);
    await tenant.patch(path).send({ enabled: true });
    const again = await send({}, headers);
    expectError(refused, 'conflict');
    expect([again.status, again.text]).toEqual([409, refused.text]);
    expect(await testRows()).toEqual([]);
  });
});
