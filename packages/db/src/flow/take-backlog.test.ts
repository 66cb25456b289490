import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Executor } from '../executor.js';
import { fanOutEvents } from '../outbox/fan-out.js';
import { insertEvents } from '../outbox/insert-events.js';
import {
  aFailedAttempt,
  anEvent,
  claimsOf,
  createTestDatabase,
  endDeliveries,
  endLeases,
  flowOf,
  insertEndpoint,
  insertOwed,
  insertTenant,
  setFlow,
  type EndpointFixture,
  type TestDatabase,
} from '../testing/index.js';
import { recordAttempts } from '../deliveries/record-attempts.js';
import { markBacklogs } from './endpoint-flow.js';
import { giveBackDeliveries } from './give-back.js';
import { takeBacklog } from './take-backlog.js';

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

const take = (wanted: Record<string, number>, executor: Executor = test.database) =>
  takeBacklog(executor, new Map(Object.entries(wanted)), LEASE_MS);
const owe = (endpoint_id: string, fields: { count?: number; due_in_ms?: number; positions?: number[] } = {}) =>
  insertOwed(test.database, { tenant_id: tenantId, endpoint_id, ...fields });
const eventsOf = (deliveries: { event_id: string }[]) => deliveries.map(({ event_id }) => event_id).sort();

async function aBacklog(fields: Partial<EndpointFixture> = {}): Promise<string> {
  const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId, ...fields });
  await markBacklogs(test.database, [endpoint]);
  return endpoint;
}
const hasBacklog = async (endpoint: string) => (await flowOf(test.database, endpoint))?.has_backlog;

describe('takeBacklog', () => {
  it('takes as many of each endpoint as are wanted, most overdue first', async () => {
    const [one, other] = [await aBacklog(), await aBacklog()];
    const [ofOne, ofOther] = [await owe(one, { count: 5 }), await owe(other, { count: 5 })];
    const { taken, ended } = await take({ [one]: 2, [other]: 3 });
    expect(eventsOf(taken)).toEqual([...ofOne.slice(0, 2), ...ofOther.slice(0, 3)].sort());
    expect(taken.every(({ attempt, delay_ms }) => attempt === 1 && delay_ms === 0)).toBe(true);
    expect(ended).toEqual([]);
  });

  it('takes a delivery once, and again only when its lease is over', async () => {
    const endpoint = await aBacklog();
    const owed = await owe(endpoint, { count: 3 });
    const calls = [await take({ [endpoint]: 1 }), await take({ [endpoint]: 1 }), await take({ [endpoint]: 1 })];
    expect(eventsOf(calls.flatMap(({ taken }) => taken))).toEqual(owed.toSorted());
    expect((await take({ [endpoint]: 3 })).taken).toEqual([]);
    await endLeases(test.database, endpoint);
    expect(eventsOf((await take({ [endpoint]: 3 })).taken)).toEqual(owed.toSorted());
  });

  it('takes nothing that is not due yet', async () => {
    const endpoint = await aBacklog();
    await owe(endpoint, { due_in_ms: 5_000 });
    expect((await take({ [endpoint]: 10 })).taken).toEqual([]);
  });

  it('takes no delivery twice, however many workers ask at once', async () => {
    const endpoint = await aBacklog();
    const owed = await owe(endpoint, { count: 60 });
    const calls = await Promise.all(Array.from({ length: 6 }, () => take({ [endpoint]: 10 })));
    const taken = calls.flatMap((call) => eventsOf(call.taken));
    expect(new Set(taken).size).toBe(taken.length);
    // One that met another's locks at the end of the line may have come away with fewer.
    const rest = await take({ [endpoint]: 60 });
    expect([...taken, ...eventsOf(rest.taken)].sort()).toEqual(owed.sort());
  });

  it('passes over what another worker holds at this moment, instead of waiting for it', async () => {
    const endpoint = await aBacklog();
    const owed = await owe(endpoint, { count: 4 });
    await test.database.transaction(async (transaction) => {
      expect(eventsOf((await take({ [endpoint]: 2 }, transaction)).taken)).toEqual(owed.slice(0, 2).sort());
      expect(eventsOf((await take({ [endpoint]: 2 })).taken)).toEqual(owed.slice(2).sort());
    });
  });

  it.each([
    { what: 'whose breaker is open', flow: `paused_until = now() + interval '1 minute', pause_ms = 60000`, fields: {} },
    { what: 'whose pause is over', flow: `paused_until = now() - interval '1 minute', pause_ms = 60000`, fields: {} },
    { what: 'whose rate is limited', flow: 'tokens = 5', fields: { rate_limit_per_second: 5 } },
  ])('takes nothing of an endpoint $what, and leaves its backlog', async ({ flow, fields }) => {
    const endpoint = await aBacklog(fields);
    await setFlow(test.database, endpoint, flow);
    await owe(endpoint);
    expect(await take({ [endpoint]: 10 })).toEqual({ taken: [], ended: [] });
    expect(await hasBacklog(endpoint)).toBe(true);
  });

  it('leaves what has a place in an order to its turn', async () => {
    const endpoint = await aBacklog({ ordering: 'fifo' });
    await owe(endpoint, { positions: [1, 2] });
    const [free] = await owe(endpoint);
    expect(eventsOf((await take({ [endpoint]: 10 })).taken)).toEqual([free]);
  });
});

describe('what a worker may begin itself, without asking the queue', () => {
  const isUntouched = async (endpoint: string) => (await take({ [endpoint]: 1 })).taken.map((one) => one.is_untouched);

  it('is a first attempt that nobody has taken before', async () => {
    const endpoint = await aBacklog();
    await owe(endpoint);
    expect(await isUntouched(endpoint)).toEqual([true]);
  });

  it('is one again when whoever took it gave it back', async () => {
    const endpoint = await aBacklog();
    await owe(endpoint);
    await take({ [endpoint]: 1 });
    await giveBackDeliveries(test.database, await claimsOf(test.database, endpoint));
    expect(await isUntouched(endpoint)).toEqual([true]);
  });

  it('is nothing that was taken and not heard of again: its job may still be in the queue', async () => {
    const endpoint = await aBacklog();
    await owe(endpoint);
    await take({ [endpoint]: 1 });
    await endLeases(test.database, endpoint);
    expect(await isUntouched(endpoint)).toEqual([false]);
  });

  it('is each delivery’s own matter, where an event has several', async () => {
    const [touched, fresh] = [await aBacklog({ event_types: ['both'] }), await aBacklog({ event_types: ['both'] })];
    const event = anEvent({ tenant_id: tenantId, type: 'both' });
    await insertEvents(test.database, [event]);
    await fanOutEvents(test.database, [event.id]);
    await take({ [touched]: 1 });
    await endLeases(test.database, touched);
    const { taken } = await take({ [touched]: 1, [fresh]: 1 });
    expect(new Map(taken.map((one) => [one.endpoint_id, one.is_untouched]))).toEqual(
      new Map([
        [touched, false],
        [fresh, true],
      ]),
    );
  });

  it('is a retry that its recorder left here, and none that it put into the queue', async () => {
    const endpoint = await aBacklog();
    const owed = await owe(endpoint, { count: 2 });
    const taken = (await take({ [endpoint]: 2 })).taken.toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1));
    const failed = taken.map((one, n) => ({ ...aFailedAttempt(one, 1, 0), claim_ms: n === 0 ? null : 60_000 }));
    await recordAttempts(test.database, failed);
    const again = await take({ [endpoint]: 2 });
    expect(again.taken).toMatchObject([{ event_id: owed.toSorted()[0], attempt: 2, is_untouched: true }]);
  });

  it.each(["run_trigger = 'replay'", "run_trigger = 'test'"])(
    'is nothing with %s: its job was put into the queue when it became due',
    async (change) => {
      const endpoint = await aBacklog();
      const owed = await owe(endpoint);
      await test.database.query({
        text: `UPDATE deliveries SET ${change} WHERE event_id = ANY ($1::uuid[])`,
        values: [owed],
      });
      expect(await isUntouched(endpoint)).toEqual([false]);
    },
  );
});

describe('a backlog', () => {
  it('ends with the call that finds less than it wanted, and not before', async () => {
    const endpoint = await aBacklog();
    const owed = await owe(endpoint, { count: 3 });
    expect((await take({ [endpoint]: 2 })).ended).toEqual([]);
    expect(await hasBacklog(endpoint)).toBe(true);
    await endDeliveries(test.database, owed.slice(0, 2));
    expect(await take({ [endpoint]: 2 })).toMatchObject({ taken: [{}], ended: [endpoint] });
    expect(await hasBacklog(endpoint)).toBe(false);
  });

  it('does not end while some of it is in the queue: what finds no place there is given back', async () => {
    const endpoint = await aBacklog();
    const owed = await owe(endpoint, { count: 2 });
    await take({ [endpoint]: 1 });
    const first = await claimsOf(test.database, endpoint);
    const second = await take({ [endpoint]: 5 });
    expect(second).toMatchObject({ taken: [{}], ended: [] });
    await giveBackDeliveries(test.database, first);
    expect(eventsOf((await take({ [endpoint]: 5 })).taken)).toEqual(owed.slice(0, 1));
    await endDeliveries(test.database, owed);
    expect((await take({ [endpoint]: 1 })).ended).toEqual([endpoint]);
  });

  it('ends for each endpoint by itself', async () => {
    const [short, long] = [await aBacklog(), await aBacklog()];
    await owe(short);
    await owe(long, { count: 5 });
    expect((await take({ [short]: 2, [long]: 2 })).ended).toEqual([short]);
    expect([await hasBacklog(short), await hasBacklog(long)]).toEqual([false, true]);
  });

  it('does not end while what is left of it is in another worker’s hands: that may be given up again', async () => {
    const endpoint = await aBacklog();
    await owe(endpoint, { count: 2 });
    await test.database.transaction(async (transaction) => {
      await transaction.query({ text: 'SELECT FROM deliveries WHERE endpoint_id = $1 FOR UPDATE', values: [endpoint] });
      expect(await take({ [endpoint]: 5 })).toEqual({ taken: [], ended: [] });
    });
    expect(await hasBacklog(endpoint)).toBe(true);
  });

  it('ends where only later retries are left: they come by themselves', async () => {
    const endpoint = await aBacklog();
    await owe(endpoint, { due_in_ms: 60_000 });
    expect(await take({ [endpoint]: 5 })).toEqual({ taken: [], ended: [endpoint] });
  });

  it('leaves an open breaker’s state alone when it ends', async () => {
    const endpoint = await aBacklog();
    await setFlow(test.database, endpoint, 'tokens = 2');
    await take({ [endpoint]: 1 });
    expect(await flowOf(test.database, endpoint)).toMatchObject({ has_backlog: false, tokens: 2 });
  });
});
