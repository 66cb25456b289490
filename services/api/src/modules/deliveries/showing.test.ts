import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { createDeliveryMaker, uuidOf, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { deliveryWithAttemptsSchema } from './schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  make = createDeliveryMaker(api);
  tenant = await api.createTenant();
  await make.createEndpoint(tenant);
});
afterAll(() => api.close());

async function deliver(data: object = { amount: 100 }): Promise<MadeDelivery> {
  const [delivery] = await make.deliver(tenant, { data });
  return delivery as MadeDelivery;
}

const pathOf = ({ id }: { id: string }) => `/api/v1/deliveries/${id}`;
const show = async (delivery: MadeDelivery) =>
  expectData(await tenant.get(pathOf(delivery)), 200, deliveryWithAttemptsSchema.strict());

describe('GET /api/v1/deliveries/{id}', () => {
  it('200: a delivery that was not tried yet has no attempts', async () => {
    const delivery = await deliver();
    expect(await show(delivery)).toMatchObject({ ...delivery, status: 'pending', attempt_count: 0, attempts: [] });
  });

  it('200: shows every attempt in order: request headers, response status, headers and body, duration, error', async () => {
    const delivery = await deliver();
    const failure = {
      status_code: null,
      error_code: 'connection_refused',
      error_message: 'nobody listens',
      response_headers: null,
      response_body: null,
    };
    await make.attempt(delivery, { ...failure, number: 1, duration_ms: 7, status: 'pending', retry_delay_ms: 0 });
    await make.attempt(delivery, {
      number: 2,
      request_headers: { 'webhook-id': delivery.event_id, 'webhook-signature': 'v1,abc' },
      status_code: 500,
      error_code: 'http_status',
      error_message: 'the receiver answered 500',
      response_headers: { 'set-cookie': ['a=1', 'b=2'] },
      response_body: 'oops \ud83d\ude00',
      status: 'dead',
    });
    const shown = await show(delivery);
    expect(shown).toMatchObject({
      status: 'dead',
      attempt_count: 2,
      last_status_code: 500,
      last_error: { code: 'http_status' },
      next_attempt_at: null,
    });
    const started_at = '2030-05-01T09:00:00.123Z';
    const body = expect.stringContaining('"data":{"amount":100}}');
    expect(shown.attempts).toEqual([
      {
        ...{ number: 1, trigger: 'automatic', started_at, duration_ms: 7, status_code: null, response: null },
        error: { code: 'connection_refused', message: 'nobody listens' },
        request: { headers: { 'content-type': 'application/json' }, body },
      },
      {
        ...{ number: 2, trigger: 'automatic', started_at, duration_ms: 42, status_code: 500 },
        error: { code: 'http_status', message: 'the receiver answered 500' },
        request: { headers: { 'webhook-id': delivery.event_id, 'webhook-signature': 'v1,abc' }, body },
        response: { headers: { 'set-cookie': ['a=1', 'b=2'] }, body: 'oops \ud83d\ude00' },
      },
    ]);
  });

  it('200: shows the very bytes of the request, the same on every attempt (invariant 6)', async () => {
    const data = { text: 'half \ud83d, NUL \u0000, line \u2028, ümlaut', number: 1e21 };
    const delivery = await deliver(data);
    const unanswered = {
      status_code: null,
      error_code: 'timeout',
      error_message: '',
      response_headers: null,
      response_body: null,
    };
    await make.attempt(delivery, { ...unanswered, number: 1, status: 'pending', retry_delay_ms: 0 });
    await make.attempt(delivery, { number: 2 });
    const { attempts } = await show(delivery);
    const [row] = await api.database.query<{ created_at: Date }>({
      text: 'SELECT created_at FROM events WHERE id = $1',
      values: [uuidOf('event', delivery.event_id)],
    });
    const sent = `{"event":"invoice.paid","event_id":"${delivery.event_id}","tenant_id":"${tenant.id}","created_at":"${row?.created_at.toISOString()}","data":${JSON.stringify(data)}}`;
    expect(attempts.map((attempt) => attempt.request.body)).toEqual([sent, sent]);
  });

  it('200: a delivery whose endpoint was deleted stays visible, with the reason', async () => {
    const delivery = await deliver();
    expect((await tenant.delete(`/api/v1/webhook-endpoints/${delivery.endpoint_id}`)).status).toBe(200);
    await make.cancel(delivery, 'endpoint_deleted');
    expect(await show(delivery)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'endpoint_deleted',
      endpoint_id: delivery.endpoint_id,
    });
    await make.createEndpoint(tenant);
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.get(pathOf(await deliver())), 'unauthorized');
  });

  it('403: a key without a webhooks scope sees nothing', async () => {
    const other = await api.createKey(tenant, { scopes: ['events:read'] });
    expectError(await other.get(pathOf(await deliver())), 'insufficient_scope');
  });

  it('404: there is no such delivery', async () => {
    expectError(await tenant.get(pathOf({ id: toPublicId('delivery', newUuid()) })), 'not_found');
  });

  it('422: an id of another kind is not looked up', async () => {
    const { event_id } = await deliver();
    expectInvalid(await tenant.get(pathOf({ id: event_id })), 'id');
  });
});
