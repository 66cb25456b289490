import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../database.js';
import type { Executor } from '../executor.js';
import {
  anEvent,
  createTestDatabase,
  endDeliveries,
  flowOf,
  insertEndpoint,
  insertOwed,
  insertTenant,
  setFlow,
  withStoppedClock,
  type EndpointFixture,
  type TestDatabase,
} from '../testing/index.js';
import { insertEvents } from '../outbox/insert-events.js';
import { takeWithinRate } from './take-turns.js';

const LEASE_MS = 60_000;

let test: TestDatabase;
let clockless: Database;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  clockless = await withStoppedClock(test);
});
afterAll(async () => {
  await clockless.close();
  await test.drop();
});
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
});

/** An endpoint that has its bucket already: a first call only makes it. */
async function limited(perSecond: number, fields: Partial<EndpointFixture> = {}): Promise<string> {
  const endpoint = { tenant_id: tenantId, rate_limit_per_second: perSecond, ...fields };
  const id = await insertEndpoint(test.database, endpoint);
  await take([id]);
  return id;
}
const owe = (endpoint_id: string, fields: { count?: number; due_in_ms?: number; positions?: number[] } = {}) =>
  insertOwed(test.database, { tenant_id: tenantId, endpoint_id, ...fields });
async function take(endpointIds: string[], executor: Executor = clockless): Promise<string[]> {
  return (await takeWithinRate(executor, endpointIds, LEASE_MS)).map(({ event_id }) => event_id);
}

/** The clock stands still, and time passes for an endpoint's bucket alone: no test waits for it or is overtaken by it. */
const pass = (endpoint: string, ms: number) =>
  setFlow(test.database, endpoint, `refilled_at = refilled_at - ${ms} * interval '1 millisecond'`);
const isFull = (endpoint: string) => pass(endpoint, 3_600_000);

describe('takeWithinRate', () => {
  it.each([1, 2, 3, 5, 7, 20, 100, 1_000])(
    'takes no more than 1.2 times %i in any second, and what it is at length',
    async (perSecond) => {
      const endpoint = await limited(perSecond);
      await owe(endpoint, { count: perSecond * 4 + 10 });
      await take([endpoint]);
      await isFull(endpoint);
      // What a worker asks ten times a second.
      const counts: number[] = [];
      for (let step = 0; step < 30; step += 1) {
        counts.push((await take([endpoint])).length);
        await pass(endpoint, 100);
      }
      const inASecond = counts.map((_, from) => counts.slice(from, from + 10).reduce((sum, count) => sum + count, 0));
      expect(Math.max(...inASecond)).toBeLessThanOrEqual(Math.max(1, 1.2 * perSecond));
      const sum = counts.reduce((all, count) => all + count, 0);
      expect(sum).toBeGreaterThanOrEqual(2.9 * perSecond - 1);
    },
  );

  it('begins with one, not with a burst', async () => {
    const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId, rate_limit_per_second: 100 });
    await owe(endpoint, { count: 50 });
    expect(await take([endpoint])).toHaveLength(0); // makes the bucket
    expect(await take([endpoint])).toHaveLength(1);
  });

  it('saves up a fifth of a second at most, however long nothing was owed', async () => {
    const endpoint = await limited(100);
    await owe(endpoint, { count: 50 });
    await take([endpoint]);
    await isFull(endpoint);
    expect(await take([endpoint])).toHaveLength(20);
    expect(await take([endpoint])).toHaveLength(0);
  });

  it('spends what it takes and keeps what it does not', async () => {
    const endpoint = await limited(100);
    await owe(endpoint);
    await take([endpoint]);
    await isFull(endpoint);
    await owe(endpoint, { count: 3 });
    expect(await take([endpoint])).toHaveLength(3);
    await owe(endpoint, { count: 50 });
    expect(await take([endpoint])).toHaveLength(17);
  });

  it('shares the bucket among all workers that ask at once', async () => {
    const endpoint = await limited(50);
    await owe(endpoint, { count: 100 });
    await take([endpoint]);
    await isFull(endpoint);
    const taken = (await Promise.all(Array.from({ length: 8 }, () => take([endpoint])))).flat();
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken).toHaveLength(10);
  });

  it('leaves a bucket to the worker that has it in hand at this moment, instead of waiting for it', async () => {
    const endpoint = await limited(50);
    await owe(endpoint, { count: 10 });
    await clockless.transaction(async (transaction) => {
      expect(await take([endpoint], transaction)).toHaveLength(1);
      expect(await take([endpoint])).toEqual([]);
    });
  });

  it('gives the most overdue first, each once, and nothing that is not due', async () => {
    const endpoint = await limited(10);
    const owed = await owe(endpoint, { count: 3 });
    await owe(endpoint, { due_in_ms: 60_000 });
    const taken: string[] = [];
    for (let step = 0; step < 5; step += 1) {
      taken.push(...(await take([endpoint])));
      await pass(endpoint, 100);
    }
    expect(taken).toEqual(owed);
  });

  it('takes nothing while the breaker is open, and nothing of endpoints without a limit', async () => {
    const [paused, free] = [await limited(10), await insertEndpoint(test.database, { tenant_id: tenantId })];
    await setFlow(test.database, paused, `paused_until = now() - interval '1 minute', pause_ms = 60000`);
    await owe(paused);
    await owe(free);
    expect(await take([paused, free])).toEqual([]);
  });

  it('goes on where the database’s clock was set back, instead of failing or waiting until it has caught up', async () => {
    const endpoint = await limited(10);
    await owe(endpoint, { count: 10 });
    await take([endpoint]);
    await pass(endpoint, -600_000);
    expect(await take([endpoint])).toEqual([]);
    await pass(endpoint, 100);
    expect(await take([endpoint])).toHaveLength(1);
  });

  it('heeds a limit that was changed with the next call', async () => {
    const endpoint = await limited(1);
    await owe(endpoint, { count: 200 });
    await take([endpoint]);
    await test.database.query({
      text: 'UPDATE webhook_endpoints SET rate_limit_per_second = 500 WHERE id = $1',
      values: [endpoint],
    });
    await isFull(endpoint);
    expect(await take([endpoint])).toHaveLength(100);
  });
});

describe('a limit on an endpoint in order', () => {
  const inOrder = (perSecond: number) => limited(perSecond, { ordering: 'fifo' });

  it('gives the head alone, however full the bucket is', async () => {
    const endpoint = await inOrder(100);
    const owed = await owe(endpoint, { positions: [1, 2, 3] });
    await take([endpoint]);
    await isFull(endpoint);
    expect(await take([endpoint])).toEqual([]);
    expect((await flowOf(test.database, endpoint))?.tokens).toBe(20); // nothing is spent on a head that is queued
    await endDeliveries(test.database, owed.slice(0, 1));
    expect(await take([endpoint])).toEqual([owed[1]]);
  });

  it('gives nothing while the head waits for its retry', async () => {
    const endpoint = await inOrder(100);
    await owe(endpoint, { positions: [1], due_in_ms: 60_000 });
    await owe(endpoint, { positions: [2] });
    expect(await take([endpoint])).toEqual([]);
  });

  it('gives nothing past an earlier event in the outbox', async () => {
    const endpoint = await inOrder(100);
    await insertEvents(test.database, [anEvent({ tenant_id: tenantId })]);
    const [row] = await test.database.query<{ position: number }>({
      text: 'SELECT position FROM outbox WHERE tenant_id = $1',
      values: [tenantId],
    });
    await owe(endpoint, { positions: [(row?.position ?? 0) + 1] });
    expect(await take([endpoint])).toEqual([]);
    await test.database.query({ text: 'DELETE FROM outbox WHERE tenant_id = $1', values: [tenantId] });
    expect(await take([endpoint])).toHaveLength(1);
  });

  it('holds the head back where the bucket is empty', async () => {
    const endpoint = await inOrder(1);
    const owed = await owe(endpoint, { positions: [1, 2] });
    expect(await take([endpoint])).toEqual([owed[0]]);
    await endDeliveries(test.database, owed.slice(0, 1));
    expect(await take([endpoint])).toEqual([]);
    expect((await flowOf(test.database, endpoint))?.tokens).toBeLessThan(1);
  });
});
