import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { anEvent, createTestDatabase, insertTenant, type TestDatabase } from '../testing/index.js';
import { insertEvents } from './insert-events.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

async function countsOf(eventIds: string[]) {
  const [row] = await test.database.query<{ events: number; outbox: number }>({
    text: `SELECT (SELECT count(*) FROM events WHERE id = ANY ($1::uuid[])) AS events,
      (SELECT count(*) FROM outbox WHERE event_id = ANY ($1::uuid[])) AS outbox`,
    values: [eventIds],
  });
  return row;
}

describe('insertEvents', () => {
  it('writes each event with its outbox row', async () => {
    const events = [anEvent({ tenant_id: tenantId }), anEvent({ tenant_id: tenantId, request_id: 'req-1' })];
    await insertEvents(test.database, events);
    expect(await countsOf(events.map((event) => event.id))).toEqual({ events: 2, outbox: 2 });
  });

  it('keeps the data to the byte as it was serialised, with key order, spaces and big numbers', async () => {
    const event = anEvent({ tenant_id: tenantId, data_json: '{"b": 1,"a":12345678901234567890, "b":"Zoë \\u0000"}' });
    await insertEvents(test.database, [event]);
    const rows = await test.database.query({ text: 'SELECT data FROM events WHERE id = $1', values: [event.id] });
    expect(rows).toEqual([{ data: event.data_json }]);
  });

  it('writes none of them where one is refused', async () => {
    const known = anEvent({ tenant_id: tenantId });
    await insertEvents(test.database, [known]);
    const fresh = anEvent({ tenant_id: tenantId });
    await expect(insertEvents(test.database, [fresh, known])).rejects.toMatchObject({ code: '23505' });
    expect(await countsOf([fresh.id])).toEqual({ events: 0, outbox: 0 });
  });

  it('goes with the transaction it stands in: a rollback leaves neither the domain row nor the event', async () => {
    const [event, customerId] = [anEvent({ tenant_id: tenantId }), newUuid()];
    const work = test.database.transaction(async (transaction) => {
      await transaction.query({
        text: `INSERT INTO customers (id, tenant_id, mode, name) VALUES ($1, $2, 'live', 'Ann')`,
        values: [customerId, tenantId],
      });
      await insertEvents(transaction, [event]);
      throw new Error('the service changed its mind');
    });
    await expect(work).rejects.toThrow('changed its mind');
    expect(await countsOf([event.id])).toEqual({ events: 0, outbox: 0 });
    const customers = await test.database.query({ text: 'SELECT FROM customers WHERE id = $1', values: [customerId] });
    expect(customers).toEqual([]);
  });
});
