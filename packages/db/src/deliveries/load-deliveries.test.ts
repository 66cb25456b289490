import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { createTestDatabase, insertEndpoint, insertTenant, makeDelivery, type TestDatabase } from '../testing/index.js';
import { loadDeliveries } from './load-deliveries.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

describe('loadDeliveries', () => {
  it('gives all that an attempt needs: the event’s bytes, the endpoint’s policy and secret, the state', async () => {
    const endpointId = await insertEndpoint(test.database, {
      tenant_id: tenantId,
      url: 'https://example.test/hook',
      secret_sealed: Buffer.from('sealed secret'),
      headers_sealed: Buffer.from('sealed headers'),
      max_attempts: 3,
      timeout_ms: 2_000,
    });
    const event = { type: 'test.made', data_json: '{"b":1, "a":2}', request_id: 'req-7' };
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId, endpoint_id: endpointId, event });

    const [loaded] = await loadDeliveries(test.database, [delivery]);

    expect(loaded).toMatchObject({
      ...delivery,
      tenant_id: tenantId,
      status: 'pending',
      attempt_count: 0,
      event_type: 'test.made',
      data_json: '{"b":1, "a":2}',
      request_id: 'req-7',
      url: 'https://example.test/hook',
      endpoint_enabled: true,
      endpoint_deleted: false,
      max_attempts: 3,
      timeout_ms: 2_000,
    });
    expect(loaded?.secret_sealed.toString()).toBe('sealed secret');
    expect(loaded?.headers_sealed?.toString()).toBe('sealed headers');
    expect(loaded?.database_time).toBeInstanceOf(Date);
  });

  it('answers for many at once and leaves out what does not exist', async () => {
    const deliveries = [
      await makeDelivery(test.database, { tenant_id: tenantId }),
      await makeDelivery(test.database, { tenant_id: tenantId }),
    ];
    const [first, second] = deliveries;
    const unknown = { event_id: newUuid(), endpoint_id: newUuid() };
    const crossed = { event_id: first?.event_id ?? '', endpoint_id: second?.endpoint_id ?? '' };
    const loaded = await loadDeliveries(test.database, [...deliveries, unknown, crossed]);
    expect(loaded.map((row) => row.delivery_id).sort()).toEqual(deliveries.map((row) => row.delivery_id).sort());
  });

  it('tells of an endpoint that was disabled or deleted after the fan-out', async () => {
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
    await test.database.query({
      text: 'UPDATE webhook_endpoints SET enabled = false, deleted_at = now() WHERE id = $1',
      values: [delivery.endpoint_id],
    });
    expect(await loadDeliveries(test.database, [delivery])).toMatchObject([
      { endpoint_enabled: false, endpoint_deleted: true },
    ]);
  });
});
