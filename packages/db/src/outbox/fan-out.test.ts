import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, uuidTimestampMs } from '@switchboard/shared';
import { createDatabase, type Database } from '../database.js';
import { anEvent, createTestDatabase, insertEndpoint, insertTenant, type TestDatabase } from '../testing/index.js';
import { fanOutEvents, fanOutWaiting } from './fan-out.js';
import { insertEvents, type NewEvent } from './insert-events.js';

let test: TestDatabase;
/** A second process' pool: its connections are never those of the first. */
let other: Database;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  other = createDatabase({ url: test.url, poolSize: 5, applicationName: 'switchboard-test-other' });
});
afterAll(async () => {
  await other.close();
  await test.drop();
});
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
});

async function publish(fields: Partial<NewEvent> = {}): Promise<NewEvent> {
  const event = anEvent({ tenant_id: tenantId, ...fields });
  await insertEvents(test.database, [event]);
  return event;
}

interface DeliveryRow {
  id: string;
  event_id: string;
  endpoint_id: string;
  status: string;
}

function deliveriesOf(eventIds: string[]): Promise<DeliveryRow[]> {
  return test.database.query<DeliveryRow>({
    text: 'SELECT id, event_id, endpoint_id, status FROM deliveries WHERE event_id = ANY ($1::uuid[])',
    values: [eventIds],
  });
}

async function outboxCount(eventIds: string[]): Promise<number | undefined> {
  const [row] = await test.database.query<{ count: number }>({
    text: 'SELECT count(*) FROM outbox WHERE event_id = ANY ($1::uuid[])',
    values: [eventIds],
  });
  return row?.count;
}

describe('fan-out of given events', () => {
  it('makes one pending, due delivery per event and subscribed endpoint, and empties the outbox', async () => {
    const endpoints = [
      await insertEndpoint(test.database, { tenant_id: tenantId }),
      await insertEndpoint(test.database, { tenant_id: tenantId }),
    ];
    const events = [await publish(), await publish()];
    const ids = events.map((event) => event.id);

    const result = await fanOutEvents(test.database, ids);

    expect(result.event_count).toBe(2);
    const rows = await deliveriesOf(ids);
    expect(rows).toHaveLength(4);
    expect(new Set(rows.map((row) => `${row.event_id} ${row.endpoint_id}`)).size).toBe(4);
    expect(new Set(rows.map((row) => row.endpoint_id))).toEqual(new Set(endpoints));
    expect(rows.every((row) => row.status === 'pending')).toBe(true);
    expect(new Set(result.deliveries.map((delivery) => delivery.delivery_id))).toEqual(
      new Set(rows.map((row) => row.id)),
    );
    expect(await outboxCount(ids)).toBe(0);
  });

  it('takes an event without subscribers out of the outbox as well', async () => {
    const event = await publish();
    expect(await fanOutEvents(test.database, [event.id])).toEqual({ event_count: 1, deliveries: [] });
    expect(await outboxCount([event.id])).toBe(0);
  });

  it('does nothing the second time, and nothing for ids it does not know', async () => {
    await insertEndpoint(test.database, { tenant_id: tenantId });
    const event = await publish();
    await fanOutEvents(test.database, [event.id]);
    expect(await fanOutEvents(test.database, [event.id, newUuid()])).toEqual({ event_count: 0, deliveries: [] });
    expect(await deliveriesOf([event.id])).toHaveLength(1);
  });

  it('gives an event to an endpoint once, however many of its patterns match', async () => {
    await insertEndpoint(test.database, {
      tenant_id: tenantId,
      event_types: ['*', 'appointment.*', 'appointment.created'],
    });
    const event = await publish({ type: 'appointment.created' });
    await fanOutEvents(test.database, [event.id]);
    expect(await deliveriesOf([event.id])).toHaveLength(1);
  });

  it.each([
    { subscription: 'invoice.payment.failed', matches: true },
    { subscription: 'invoice.payment.*', matches: true },
    { subscription: 'invoice.*', matches: true },
    { subscription: '*', matches: true },
    { subscription: 'invoice.payment', matches: false },
    { subscription: 'invoice.payment.succeeded', matches: false },
    { subscription: 'invoice.pay.*', matches: false },
    { subscription: 'payment.*', matches: false },
    { subscription: 'invoice.payment.failed.*', matches: false },
  ])('invoice.payment.failed and a subscription to $subscription: $matches', async ({ subscription, matches }) => {
    await insertEndpoint(test.database, { tenant_id: tenantId, event_types: [subscription] });
    const event = await publish({ type: 'invoice.payment.failed' });
    await fanOutEvents(test.database, [event.id]);
    expect(await deliveriesOf([event.id])).toHaveLength(matches ? 1 : 0);
  });

  it('keeps tenants and modes apart, in one batch too', async () => {
    const otherTenant = await insertTenant(test.database);
    const live = await insertEndpoint(test.database, { tenant_id: tenantId, mode: 'live' });
    const testing = await insertEndpoint(test.database, { tenant_id: tenantId, mode: 'test' });
    const foreign = await insertEndpoint(test.database, { tenant_id: otherTenant, mode: 'live' });
    const events = [
      await publish({ mode: 'live' }),
      await publish({ mode: 'test' }),
      await publish({ tenant_id: otherTenant }),
    ];

    await fanOutEvents(
      test.database,
      events.map((event) => event.id),
    );

    const pairs = (await deliveriesOf(events.map((event) => event.id))).map((row) => [row.event_id, row.endpoint_id]);
    expect(new Map(pairs as [string, string][])).toEqual(
      new Map([
        [events[0]?.id, live],
        [events[1]?.id, testing],
        [events[2]?.id, foreign],
      ]),
    );
    expect(pairs).toHaveLength(3);
  });

  it('leaves disabled and deleted endpoints out', async () => {
    await insertEndpoint(test.database, { tenant_id: tenantId, enabled: false });
    await insertEndpoint(test.database, { tenant_id: tenantId, deleted: true });
    const event = await publish();
    await fanOutEvents(test.database, [event.id]);
    expect(await deliveriesOf([event.id])).toEqual([]);
  });

  it('gives a delivery an id with the millisecond of its event, so that the id alone tells the partition', async () => {
    await insertEndpoint(test.database, { tenant_id: tenantId });
    const event = await publish();
    await fanOutEvents(test.database, [event.id]);
    const [delivery] = await deliveriesOf([event.id]);
    expect(uuidTimestampMs(delivery?.id ?? '')).toBe(uuidTimestampMs(event.id));
    expect(delivery?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(delivery?.id).not.toBe(event.id);
  });

  it('makes deliveries and empties the outbox together: where one is refused, the event still waits', async () => {
    const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId });
    const event = await publish();
    await test.database.query({
      text: `ALTER TABLE deliveries ADD CONSTRAINT refuse_for_test CHECK (endpoint_id <> '${endpoint}') NOT VALID`,
      values: [],
    });
    try {
      await expect(fanOutEvents(test.database, [event.id])).rejects.toMatchObject({ code: '23514' });
    } finally {
      await test.database.query({ text: 'ALTER TABLE deliveries DROP CONSTRAINT refuse_for_test', values: [] });
    }
    expect(await outboxCount([event.id])).toBe(1);
    expect((await fanOutEvents(test.database, [event.id])).deliveries).toHaveLength(1);
  });
});

describe('two fan-outs of the same events at the same moment', () => {
  it('give one delivery each, in every one of 60 rounds', async () => {
    const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId });
    const taken = { first: 0, second: 0 };
    for (let round = 0; round < 60; round += 1) {
      const ids = (await Promise.all([publish(), publish(), publish()])).map((event) => event.id);
      const [first, second] = await Promise.all([
        fanOutEvents(test.database, ids),
        round % 2 === 0 ? fanOutEvents(other, ids.toReversed()) : fanOutWaiting(other, 0, 100),
      ]);
      taken.first += first.event_count;
      taken.second += second.event_count;
      expect([...first.deliveries, ...second.deliveries].map((delivery) => delivery.event_id).sort()).toEqual(
        [...ids].sort(),
      );
      expect(await deliveriesOf(ids)).toHaveLength(3);
    }
    expect(taken.first + taken.second).toBe(180);
    // Otherwise they ran one after the other, and the test would show nothing.
    expect(Math.min(taken.first, taken.second)).toBeGreaterThan(0);
    const rows = await test.database.query({
      text: 'SELECT FROM deliveries WHERE endpoint_id = $1',
      values: [endpoint],
    });
    expect(rows).toHaveLength(180);
  });

  it('do not wait for each other: the second passes over what the first has in hand', async () => {
    await insertEndpoint(test.database, { tenant_id: tenantId });
    const event = await publish();
    await test.database.transaction(async (transaction) => {
      expect((await fanOutEvents(transaction, [event.id])).deliveries).toHaveLength(1);
      expect(await fanOutEvents(other, [event.id])).toEqual({ event_count: 0, deliveries: [] });
    });
    expect(await deliveriesOf([event.id])).toHaveLength(1);
  });

  it('are held apart by a unique constraint and not by convention: a second row is refused', async () => {
    const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId });
    const event = await publish();
    await fanOutEvents(test.database, [event.id]);
    const again = test.database.query({
      text: `INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type)
        VALUES ($1, $2, delivery_id_for($1), $3, 'live', 'appointment.created')`,
      values: [event.id, endpoint, tenantId],
    });
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });

  it('cannot make a second delivery even where an outbox row came back', async () => {
    await insertEndpoint(test.database, { tenant_id: tenantId });
    const event = await publish();
    await fanOutEvents(test.database, [event.id]);
    await test.database.query({
      text: `INSERT INTO outbox (event_id, tenant_id, mode, type) VALUES ($1, $2, 'live', $3)`,
      values: [event.id, tenantId, event.type],
    });
    expect(await fanOutEvents(test.database, [event.id])).toEqual({ event_count: 1, deliveries: [] });
    expect(await deliveriesOf([event.id])).toHaveLength(1);
  });
});

describe('fan-out of what waits', () => {
  it('leaves young events to the queue and takes old ones, oldest first, up to the limit', async () => {
    await insertEndpoint(test.database, { tenant_id: tenantId });
    await fanOutWaiting(test.database, 0, 1_000);
    const waiting = [await publish(), await publish(), await publish()].map((event) => event.id);

    expect(await fanOutWaiting(test.database, 60_000, 10)).toEqual({ event_count: 0, deliveries: [] });
    const first = await fanOutWaiting(test.database, 0, 2);
    expect(first.deliveries.map((delivery) => delivery.event_id).sort()).toEqual(waiting.slice(0, 2));
    const second = await fanOutWaiting(test.database, 0, 2);
    expect(second.deliveries.map((delivery) => delivery.event_id)).toEqual(waiting.slice(2));
  });

  it('passes over what another process is fanning out at this moment, instead of waiting for it', async () => {
    await insertEndpoint(test.database, { tenant_id: tenantId });
    await fanOutWaiting(test.database, 0, 1_000);
    const [held, free] = [await publish(), await publish()];
    await test.database.transaction(async (transaction) => {
      await fanOutEvents(transaction, [held.id]);
      const result = await fanOutWaiting(other, 0, 100);
      expect(result.deliveries.map((delivery) => delivery.event_id)).toEqual([free.id]);
    });
  });
});
