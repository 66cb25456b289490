import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Executor } from '../executor.js';
import { fanOutEvents } from '../outbox/fan-out.js';
import { insertEvents } from '../outbox/insert-events.js';
import {
  anEvent,
  createTestDatabase,
  endDeliveries,
  endLeases,
  insertEndpoint,
  insertOwed,
  insertTenant,
  setFlow,
  type EndpointFixture,
  type TestDatabase,
} from '../testing/index.js';
import { takeHeads } from './take-turns.js';

const LEASE_MS = 60_000;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
});

const inOrder = (fields: Partial<EndpointFixture> = {}) =>
  insertEndpoint(test.database, { tenant_id: tenantId, ordering: 'fifo', ...fields });
const owe = (endpoint_id: string, fields: { positions: number[]; due_in_ms?: number }) =>
  insertOwed(test.database, { tenant_id: tenantId, endpoint_id, ...fields });
async function take(endpointIds: string[], executor: Executor = test.database): Promise<string[]> {
  return (await takeHeads(executor, endpointIds, LEASE_MS)).map(({ event_id }) => event_id);
}
const setDue = (eventId: string | undefined, inMs: number) =>
  test.database.query({
    text: `UPDATE deliveries SET next_attempt_at = now() + $2::float8 * interval '1 millisecond' WHERE event_id = $1`,
    values: [eventId, inMs],
  });

describe('takeHeads', () => {
  it('takes the pending delivery with the least position, and no other before that one has ended', async () => {
    const endpoint = await inOrder();
    const [third, first, second] = (await owe(endpoint, { positions: [7, 2, 5] })) as [string, string, string];
    for (const head of [first, second, third]) {
      expect(await take([endpoint])).toEqual([head]);
      expect(await take([endpoint])).toEqual([]);
      await endDeliveries(test.database, [head]);
    }
    expect(await take([endpoint])).toEqual([]);
  });

  it('takes the head again when its lease is over, and still nothing behind it', async () => {
    const endpoint = await inOrder();
    const [head] = await owe(endpoint, { positions: [1, 2] });
    await take([endpoint]);
    await endLeases(test.database, endpoint);
    expect(await take([endpoint])).toEqual([head]);
  });

  it('lets the rest wait while the head waits for its retry', async () => {
    const endpoint = await inOrder();
    const [head] = await owe(endpoint, { positions: [1, 2, 3] });
    await setDue(head, 60_000);
    expect(await take([endpoint])).toEqual([]);
    await setDue(head, -1);
    expect(await take([endpoint])).toEqual([head]);
  });

  it('takes one head each of many endpoints', async () => {
    const endpoints = await Promise.all([inOrder(), inOrder(), inOrder()]);
    const heads = await Promise.all(endpoints.map(async (endpoint) => (await owe(endpoint, { positions: [1, 2] }))[0]));
    expect((await take(endpoints)).sort()).toEqual(heads.toSorted());
  });

  it('gives the head to one of many workers that ask at once', async () => {
    const endpoint = await inOrder();
    const owed = await owe(endpoint, { positions: Array.from({ length: 10 }, (_, index) => index) });
    for (const head of owed) {
      const calls = await Promise.all(Array.from({ length: 6 }, () => take([endpoint])));
      expect(calls.flat()).toEqual([head]);
      await endDeliveries(test.database, [head]);
    }
  });

  it('takes nothing behind a head that another worker is taking at this moment', async () => {
    const endpoint = await inOrder();
    const [head] = await owe(endpoint, { positions: [1, 2] });
    let second: Promise<string[]> | undefined;
    await test.database.transaction(async (transaction) => {
      expect(await take([endpoint], transaction)).toEqual([head]);
      second = take([endpoint]);
    });
    expect(await second).toEqual([]);
  });

  it('keeps to one at a time among deliveries of one position: what was committed before its endpoint became fifo', async () => {
    const endpoint = await inOrder();
    const owed = await owe(endpoint, { positions: [0, 0, 0] });
    const [head = ''] = await take([endpoint]);
    expect(head).toBe(owed[0]);
    // Its retry writes the row anew, behind the others in the table and in the index.
    await setDue(head, 60_000);
    expect(await take([endpoint])).toEqual([]);
    await endDeliveries(test.database, [head]);
    expect(await take([endpoint])).toEqual([owed[1]]);
  });

  it.each([
    { what: 'whose breaker is open', flow: `paused_until = now() + interval '1 minute', pause_ms = 60000`, fields: {} },
    { what: 'whose pause is over', flow: `paused_until = now() - interval '1 minute', pause_ms = 60000`, fields: {} },
    { what: 'whose rate is limited', flow: 'tokens = 5', fields: { rate_limit_per_second: 5 } },
  ])('takes nothing of an endpoint $what', async ({ flow, fields }) => {
    const endpoint = await inOrder(fields);
    await setFlow(test.database, endpoint, flow);
    await owe(endpoint, { positions: [1] });
    expect(await take([endpoint])).toEqual([]);
  });

  it('still takes in order what has a position after the endpoint has ceased to be fifo', async () => {
    const endpoint = await inOrder();
    const [head] = await owe(endpoint, { positions: [1, 2] });
    await test.database.query({
      text: `UPDATE webhook_endpoints SET ordering = 'none' WHERE id = $1`,
      values: [endpoint],
    });
    expect(await take([endpoint])).toEqual([head]);
    expect(await take([endpoint])).toEqual([]);
  });
});

describe('the order of commit', () => {
  async function publish(mode = 'live', tenant_id = tenantId): Promise<string> {
    const event = anEvent({ tenant_id, mode });
    await insertEvents(test.database, [event]);
    return event.id;
  }

  it('holds where events are fanned out in another: none overtakes one that still stands in the outbox', async () => {
    const endpoint = await inOrder();
    const [first, second, third] = [await publish(), await publish(), await publish()];
    await fanOutEvents(test.database, [third]);
    expect(await take([endpoint])).toEqual([]);
    await fanOutEvents(test.database, [first]);
    expect(await take([endpoint])).toEqual([first]);
    await endDeliveries(test.database, [first]);
    expect(await take([endpoint])).toEqual([]);
    await fanOutEvents(test.database, [second]);
    expect(await take([endpoint])).toEqual([second]);
    await endDeliveries(test.database, [second]);
    expect(await take([endpoint])).toEqual([third]);
  });

  it('is not held up by what comes later, nor by another mode or tenant', async () => {
    const endpoint = await inOrder();
    const stranger = await insertTenant(test.database);
    await inOrder({ tenant_id: stranger });
    await inOrder({ mode: 'test' });
    await publish('live', stranger);
    await publish('test');
    const event = await publish();
    await fanOutEvents(test.database, [event]);
    await publish();
    expect(await take([endpoint])).toEqual([event]);
  });
});
