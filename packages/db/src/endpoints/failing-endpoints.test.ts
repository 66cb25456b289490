import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordAttempts } from '../deliveries/record-attempts.js';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  insertEndpoint,
  insertTenant,
  makeDelivery,
  uuidAt,
  type MadeDelivery,
  type TestDatabase,
} from '../testing/index.js';
import { findEndpointsToDisable, writeHealthChanges } from './failing-endpoints.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FIVE_DAYS_MS = 5 * DAY_MS;
const MIN_FAILED = 20;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

let endpoints = 0;

interface FailingEndpoint {
  id: string;
  deliveries: MadeDelivery[];
}

/** An endpoint whose attempts have failed for so long, those of so many deliveries; the first began it. */
async function failingFor(failingMs: number, deliveryCount: number): Promise<FailingEndpoint> {
  const type = `health.made_${(endpoints += 1)}`;
  const id = await insertEndpoint(test.database, { tenant_id: tenantId, event_types: [type] });
  const since = new Date(Date.now() - failingMs);
  const deliveries: MadeDelivery[] = [];
  for (let made = 0; made < deliveryCount; made += 1) {
    const event = { type, id: uuidAt(since.getTime() + made) };
    deliveries.push(await makeDelivery(test.database, { tenant_id: tenantId, endpoint_id: id, event }));
  }
  await recordAttempts(
    test.database,
    deliveries.map((delivery) => ({ ...aFailedAttempt(delivery, 1), started_at: since })),
  );
  await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: since }]);
  return { id, deliveries };
}

const toDisable = () => findEndpointsToDisable(test.database, { failingForMs: FIVE_DAYS_MS, minFailed: MIN_FAILED });

async function failingSince(id: string): Promise<Date | null> {
  const [row] = await test.database.query<{ failing_since: Date | null }>({
    text: 'SELECT failing_since FROM webhook_endpoints WHERE id = $1',
    values: [id],
  });
  return row?.failing_since ?? null;
}

describe('findEndpointsToDisable', () => {
  it('finds an endpoint all of whose attempts have failed for five days, those of 20 deliveries', async () => {
    const { id } = await failingFor(FIVE_DAYS_MS + MINUTE_MS, MIN_FAILED);
    expect(await toDisable()).toContain(id);
  });

  it('does not find one that has failed for a minute less', async () => {
    const { id } = await failingFor(FIVE_DAYS_MS - MINUTE_MS, MIN_FAILED);
    expect(await toDisable()).not.toContain(id);
  });

  it('does not find one with 19 failed deliveries, and finds it after the 20th', async () => {
    const { id, deliveries } = await failingFor(FIVE_DAYS_MS + MINUTE_MS, MIN_FAILED);
    const [last] = deliveries as [MadeDelivery];
    const attempts = 'DELETE FROM attempts WHERE delivery_id = $1';
    await test.database.query({ text: attempts, values: [last.delivery_id] });
    expect(await toDisable()).not.toContain(id);
    await recordAttempts(test.database, [aFailedAttempt(last, 2)]);
    expect(await toDisable()).toContain(id);
  });

  it('counts a delivery that is given up as well as one that is tried again', async () => {
    const { id, deliveries } = await failingFor(FIVE_DAYS_MS + MINUTE_MS, MIN_FAILED);
    await recordAttempts(
      test.database,
      deliveries.map((delivery) => ({ ...aFailedAttempt(delivery, 2), status: 'dead' as const })),
    );
    expect(await toDisable()).toContain(id);
  });

  it('does not count deliveries that wait and were not attempted, nor one that succeeded', async () => {
    const { id, deliveries } = await failingFor(FIVE_DAYS_MS + MINUTE_MS, MIN_FAILED);
    const [first] = deliveries as [MadeDelivery];
    await recordAttempts(test.database, [anAttempt(first, { number: 2 })]);
    const type = `health.made_${endpoints}`;
    await makeDelivery(test.database, { tenant_id: tenantId, endpoint_id: id, event: { type } });
    expect(await toDisable()).not.toContain(id);
  });

  it('does not find one that had a success in between', async () => {
    const { id } = await failingFor(FIVE_DAYS_MS + MINUTE_MS, MIN_FAILED);
    await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: null }]);
    await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: new Date(Date.now() - DAY_MS) }]);
    expect(await toDisable()).not.toContain(id);
  });

  it.each([
    ['disabled', 'enabled = false'],
    ['deleted', 'deleted_at = now()'],
  ])('does not find one that is %s', async (_, assignment) => {
    const { id } = await failingFor(FIVE_DAYS_MS + MINUTE_MS, MIN_FAILED);
    await test.database.query({ text: `UPDATE webhook_endpoints SET ${assignment} WHERE id = $1`, values: [id] });
    expect(await toDisable()).not.toContain(id);
  });
});

describe('writeHealthChanges', () => {
  const anEndpoint = (fields = {}) => insertEndpoint(test.database, { tenant_id: tenantId, ...fields });
  const [first, second] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];

  it('keeps the first failure until a success', async () => {
    const id = await anEndpoint();
    await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: first }]);
    await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: second }]);
    expect(await failingSince(id)).toEqual(first);
    await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: null }]);
    expect(await failingSince(id)).toBeNull();
  });

  it('changes nothing else that can be seen: the endpoint’s updated_at stands', async () => {
    const id = await anEndpoint();
    const text = 'SELECT updated_at FROM webhook_endpoints WHERE id = $1';
    const before = await test.database.query({ text, values: [id] });
    await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: first }]);
    expect(await test.database.query({ text, values: [id] })).toEqual(before);
  });

  it('does not wait for an endpoint that somebody is changing, and writes the others', async () => {
    const [held, free] = [await anEndpoint(), await anEndpoint()];
    await test.database.transaction(async (transaction) => {
      await transaction.query({ text: 'SELECT FROM webhook_endpoints WHERE id = $1 FOR UPDATE', values: [held] });
      const changes = [held, free].map((endpoint_id) => ({ endpoint_id, failing_since: first }));
      await writeHealthChanges(test.database, changes);
    });
    expect(await failingSince(held)).toBeNull();
    expect(await failingSince(free)).toEqual(first);
  });

  it('does not note the failure of an attempt that was under way when its endpoint was disabled', async () => {
    const id = await anEndpoint({ enabled: false });
    await writeHealthChanges(test.database, [{ endpoint_id: id, failing_since: first }]);
    expect(await failingSince(id)).toBeNull();
  });
});
