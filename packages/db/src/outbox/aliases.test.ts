import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventTypes } from '@switchboard/shared';
import { anEvent, createTestDatabase, insertEndpoint, insertTenant, type TestDatabase } from '../testing/index.js';
import { fanOutEvents } from './fan-out.js';
import { insertEvents } from './insert-events.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
});

/** Publishes one event. @returns under which names it is delivered to this endpoint, one per delivery */
async function namesDelivered(type: string, subscriptions: string[]): Promise<string[]> {
  const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId, event_types: subscriptions });
  const event = anEvent({ tenant_id: tenantId, type });
  await insertEvents(test.database, [event]);
  await fanOutEvents(test.database, [event.id]);
  const rows = await test.database.query<{ event_type: string }>({
    text: 'SELECT event_type FROM deliveries WHERE event_id = $1 AND endpoint_id = $2',
    values: [event.id, endpoint],
  });
  return rows.map((row) => row.event_type);
}

const ALIASES = [
  ['appointment.created', 'appointment.booked'],
  ['call.ended', 'call.completed'],
  ['call.missed', 'missed_call'],
] as const;

describe.each(ALIASES)('%s, also known as %s', (name, alias) => {
  it('comes under the alias to who subscribed to that', async () => {
    expect(await namesDelivered(name, [alias])).toEqual([alias]);
    expect(await namesDelivered(name, ['lead.created', alias])).toEqual([alias]);
  });

  it('comes once, under its own name, to who subscribed to both', async () => {
    expect(await namesDelivered(name, [name, alias])).toEqual([name]);
    expect(await namesDelivered(name, [alias, name])).toEqual([name]);
    expect(await namesDelivered(name, [alias, '*'])).toEqual([name]);
    expect(await namesDelivered(name, [alias, `${name.split('.')[0] as string}.*`])).toEqual([name]);
  });

  it('comes under its own name to who subscribed to that or to everything', async () => {
    expect(await namesDelivered(name, [name])).toEqual([name]);
    expect(await namesDelivered(name, ['*'])).toEqual([name]);
  });

  it('keeps its own name in the log of events', async () => {
    await namesDelivered(name, [alias]);
    const rows = await test.database.query({
      text: 'SELECT type FROM events WHERE tenant_id = $1',
      values: [tenantId],
    });
    expect(rows).toEqual([{ type: name }]);
  });
});

describe('an alias', () => {
  it('brings no other event, and no event without one', async () => {
    const aliases = ALIASES.map(([, alias]) => alias);
    expect(await namesDelivered('appointment.cancelled', aliases)).toEqual([]);
    expect(await namesDelivered('call.started', aliases)).toEqual([]);
    expect(await namesDelivered('invoice.paid', aliases)).toEqual([]);
  });

  it('is the same in the database as in the catalogue, for every event type', async () => {
    const types = eventTypes();
    const rows = await test.database.query<{ name: string; alias: string | null }>({
      text: 'SELECT name, event_alias(name) AS alias FROM unnest($1::text[]) AS name',
      values: [types.map(({ name }) => name)],
    });
    expect(rows).toEqual(types.map(({ name, alias = null }) => ({ name, alias })));
    expect(rows.filter(({ alias }) => alias !== null)).toEqual(ALIASES.map(([name, alias]) => ({ name, alias })));
  });
});
