import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  anEvent,
  createTestDatabase,
  insertEndpoint,
  insertTenant,
  setFlow,
  untilALockIsWaitedFor,
  type EndpointFixture,
  type TestDatabase,
} from '../testing/index.js';
import { fanOutEvents, fanOutWaiting, type FannedOutDelivery } from './fan-out.js';
import { insertEvents, type NewEvent } from './insert-events.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query({ text: 'DELETE FROM outbox', values: [] });
  tenantId = await insertTenant(test.database);
});

const anEndpoint = (fields: Partial<EndpointFixture> = {}) =>
  insertEndpoint(test.database, { tenant_id: tenantId, ...fields });
const event = (fields: Partial<NewEvent> = {}) => anEvent({ tenant_id: tenantId, ...fields });

/** The positions of these events in the outbox, in the order given. */
async function positionsOf(events: NewEvent[]): Promise<(number | null | undefined)[]> {
  const rows = await test.database.query<{ event_id: string; position: number | null }>({
    text: 'SELECT event_id, position FROM outbox',
    values: [],
  });
  return events.map(({ id }) => rows.find((row) => row.event_id === id)?.position);
}

async function publish(events: NewEvent[]): Promise<(number | null | undefined)[]> {
  await insertEvents(test.database, events);
  return positionsOf(events);
}

describe('positions of events', () => {
  it('are given to a tenant with a fifo endpoint, rising as the events are given', async () => {
    await anEndpoint({ ordering: 'fifo' });
    const positions = [...(await publish([event(), event(), event()])), ...(await publish([event()]))];
    expect(positions).toEqual(positions.toSorted((a, b) => Number(a) - Number(b)));
    expect(new Set(positions).size).toBe(4);
    expect(positions).toEqual(positions.map(() => expect.any(Number)));
  });

  it.each([
    { what: 'has no endpoint', fields: null },
    { what: 'has none in order', fields: { ordering: 'none' } },
    { what: 'has deleted the one in order', fields: { ordering: 'fifo', deleted: true } },
    { what: 'has one in order in the other mode', fields: { ordering: 'fifo', mode: 'test' } },
  ] as const)('are not given to a tenant that $what', async ({ fields }) => {
    if (fields) await anEndpoint(fields);
    expect(await publish([event()])).toEqual([null]);
  });

  it('are given to each tenant of a batch by itself', async () => {
    await anEndpoint({ ordering: 'fifo' });
    const other = await insertTenant(test.database);
    expect(await publish([event(), event({ tenant_id: other }), event({ mode: 'test' })])).toEqual([
      expect.any(Number),
      null,
      null,
    ]);
  });

  it('rise in the order of commit: who comes second waits until the first has committed', async () => {
    await anEndpoint({ ordering: 'fifo' });
    const [first, second] = [event(), event()];
    let waiting: Promise<void> | undefined;
    let committed = false;
    await test.database.transaction(async (transaction) => {
      await insertEvents(transaction, [first]);
      waiting = insertEvents(test.database, [second]).then(() => expect(committed).toBe(true));
      await untilALockIsWaitedFor(test.database);
      committed = true;
    });
    await waiting;
    const [a, b] = await positionsOf([first, second]);
    expect(a).toBeLessThan(b as number);
  });

  it('keep nobody waiting in the other mode, in another tenant, or without a fifo endpoint', async () => {
    await anEndpoint({ ordering: 'fifo' });
    const other = await insertTenant(test.database);
    await insertEndpoint(test.database, { tenant_id: other, ordering: 'fifo' });
    await test.database.transaction(async (transaction) => {
      await insertEvents(transaction, [event()]);
      await insertEvents(test.database, [event({ mode: 'test' })]);
      await insertEvents(test.database, [event({ tenant_id: other })]);
    });
  });

  it('of batches for the same tenants in different orders do not deadlock', async () => {
    const tenants = await Promise.all(Array.from({ length: 6 }, () => insertTenant(test.database)));
    for (const tenant_id of tenants) {
      await insertEndpoint(test.database, { tenant_id, ordering: 'fifo' });
      await insertEndpoint(test.database, { tenant_id, ordering: 'fifo', mode: 'test' });
    }
    const batch = (order: string[]) =>
      order.flatMap((tenant_id) => [event({ tenant_id }), event({ tenant_id, mode: 'test' })]);
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([
        insertEvents(test.database, batch(tenants)),
        insertEvents(test.database, batch(tenants.toReversed())),
        insertEvents(test.database, batch(tenants.toSorted())),
        insertEvents(test.database, batch(tenants).toReversed()),
      ]);
    }
  });

  it('become visible in their order: who sees one has all smaller ones before them, with many publishers at once', async () => {
    await anEndpoint({ ordering: 'fifo' });
    const countUpTo = async (position: number) => {
      const [row] = await test.database.query<{ count: number }>({
        text: 'SELECT count(*) FROM outbox WHERE position <= $1 AND tenant_id = $2',
        values: [position, tenantId],
      });
      return row?.count;
    };
    const seen = new Map<number, number | undefined>();
    const publishMany = async () => {
      for (let round = 0; round < 25; round += 1) {
        const [position] = (await publish([event()])) as [number];
        seen.set(position, await countUpTo(position));
      }
    };
    await Promise.all([publishMany(), publishMany(), publishMany(), publishMany()]);
    expect(seen.size).toBe(100);
    for (const [position, count] of seen) expect(await countUpTo(position)).toBe(count);
  });
});

describe('the fan-out to an endpoint in order', () => {
  const positionOfDelivery = async ({ event_id, endpoint_id }: FannedOutDelivery) => {
    const [row] = await test.database.query<{ position: number | null }>({
      text: 'SELECT position FROM deliveries WHERE event_id = $1 AND endpoint_id = $2',
      values: [event_id, endpoint_id],
    });
    return row?.position;
  };

  it('gives each delivery its event’s position, and none to those of the tenant’s other endpoints', async () => {
    const [fifo, plain] = [await anEndpoint({ ordering: 'fifo' }), await anEndpoint()];
    const events = [event(), event()];
    const positions = await publish(events);
    const { deliveries } = await fanOutEvents(
      test.database,
      events.map(({ id }) => id),
    );
    for (const delivery of deliveries) {
      const expected = positions[events.findIndex(({ id }) => id === delivery.event_id)];
      expect(await positionOfDelivery(delivery)).toBe(delivery.endpoint_id === fifo ? expected : null);
    }
    expect(deliveries.filter(({ endpoint_id }) => endpoint_id === plain)).toHaveLength(2);
  });

  it('gives the first position of all to an event from before the endpoint was', async () => {
    const early = event();
    await publish([early]);
    const endpoint = await anEndpoint({ ordering: 'fifo' });
    const { deliveries } = await fanOutWaiting(test.database, 0, 10);
    expect(deliveries).toMatchObject([{ endpoint_id: endpoint, held_by: 'turn' }]);
    expect(await positionOfDelivery(deliveries[0] as FannedOutDelivery)).toBe(0);
  });
});

describe('what holds a new delivery', () => {
  const open = `paused_until = now() - interval '1 hour', pause_ms = 1000`;

  it.each([
    { held_by: null, flow: null, fields: {} },
    { held_by: null, flow: 'tokens = 1', fields: {} },
    { held_by: null, flow: null, fields: { max_in_flight: 1 } },
    { held_by: 'turn', flow: null, fields: { ordering: 'fifo' } },
    { held_by: 'turn', flow: `${open}, backlog_since = now()`, fields: { ordering: 'fifo' } },
    { held_by: 'rate', flow: null, fields: { rate_limit_per_second: 5 } },
    { held_by: 'rate', flow: `${open}, backlog_since = now()`, fields: { rate_limit_per_second: 5, ordering: 'fifo' } },
    { held_by: 'pause', flow: open, fields: {} },
    { held_by: 'pause', flow: `${open}, backlog_since = now()`, fields: {} },
    { held_by: 'backlog', flow: 'backlog_since = now()', fields: {} },
  ] as const)('is $held_by with $fields and $flow', async ({ held_by, flow, fields }) => {
    const endpoint = await anEndpoint(fields);
    if (flow) await setFlow(test.database, endpoint, flow);
    const [given, waiting] = [event(), event()];
    await publish([given, waiting]);
    const both = [await fanOutEvents(test.database, [given.id]), await fanOutWaiting(test.database, 0, 10)];
    expect(both.flatMap(({ deliveries }) => deliveries.map((delivery) => delivery.held_by))).toEqual([
      held_by,
      held_by,
    ]);
  });

  it('is said of each endpoint by itself', async () => {
    const endpoints = {
      [await anEndpoint()]: null,
      [await anEndpoint({ ordering: 'fifo' })]: 'turn',
      [await anEndpoint({ rate_limit_per_second: 5 })]: 'rate',
    };
    const made = event();
    await publish([made]);
    const { deliveries } = await fanOutEvents(test.database, [made.id]);
    expect(Object.fromEntries(deliveries.map(({ endpoint_id, held_by }) => [endpoint_id, held_by]))).toEqual(endpoints);
  });
});
