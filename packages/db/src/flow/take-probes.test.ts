import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  flowOf,
  insertEndpoint,
  insertOwed,
  insertTenant,
  setFlow,
  type EndpointFixture,
  type TestDatabase,
} from '../testing/index.js';
import { giveProbeBack, takeProbes } from './take-probes.js';

const LEASE_MS = 35_000;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query({ text: 'DELETE FROM endpoint_flow', values: [] });
  tenantId = await insertTenant(test.database);
});

const owe = (endpoint_id: string, fields: { count?: number; due_in_ms?: number; positions?: number[] } = {}) =>
  insertOwed(test.database, { tenant_id: tenantId, endpoint_id, ...fields });
async function take(limit = 100): Promise<string[]> {
  return (await takeProbes(test.database, { leaseMs: LEASE_MS, limit })).map(({ event_id }) => event_id);
}

/** An endpoint whose breaker is open; its pause has so long to go, or is over. */
async function paused(pausedForMs = -1_000, fields: Partial<EndpointFixture> = {}): Promise<string> {
  const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId, ...fields });
  await setFlow(
    test.database,
    endpoint,
    `paused_until = now() + ${pausedForMs} * interval '1 millisecond', pause_ms = 10000`,
  );
  return endpoint;
}
const endPause = (endpoint: string) => setFlow(test.database, endpoint, `paused_until = now() - interval '1 second'`);

describe('takeProbes', () => {
  it('takes one delivery of each endpoint whose pause is over, and none of others', async () => {
    const [over, other, running] = [await paused(), await paused(), await paused(60_000)];
    const closed = await insertEndpoint(test.database, { tenant_id: tenantId });
    const candidates = [await owe(over, { count: 5 }), await owe(other, { count: 5 })];
    await owe(running);
    await owe(closed);
    const probes = await takeProbes(test.database, { leaseMs: LEASE_MS, limit: 100 });
    expect(probes.map(({ endpoint_id }) => endpoint_id).sort()).toEqual([over, other].sort());
    for (const { event_id, attempt, delay_ms } of probes) {
      expect(candidates.flat()).toContain(event_id);
      expect({ attempt, delay_ms }).toEqual({ attempt: 1, delay_ms: 0 });
    }
  });

  it('gives an endpoint’s probe to one of many workers that ask at once', async () => {
    const endpoints = await Promise.all(Array.from({ length: 10 }, () => paused()));
    for (const endpoint of endpoints) await owe(endpoint, { count: 3 });
    const probes = (await Promise.all(Array.from({ length: 8 }, () => take()))).flat();
    expect(probes).toHaveLength(10);
  });

  it('takes no second probe while the first may be under way, and another when it was lost', async () => {
    const endpoint = await paused();
    await owe(endpoint, { count: 3 });
    expect(await take()).toHaveLength(1);
    const state = await flowOf(test.database, endpoint);
    expect(state?.paused_for_ms).toBeGreaterThan(LEASE_MS - 2_000);
    expect(state?.paused_for_ms).toBeLessThanOrEqual(LEASE_MS);
    expect(await take()).toEqual([]);
    await endPause(endpoint);
    expect(await take()).toHaveLength(1);
  });

  it('leaves the length of the pause as it is: only a probe that fails doubles it', async () => {
    const endpoint = await paused();
    await owe(endpoint);
    await take();
    expect(await flowOf(test.database, endpoint)).toMatchObject({ pause_ms: 10_000 });
  });

  it('marks what it takes, so that nobody else brings it meanwhile', async () => {
    const endpoint = await paused();
    const [owed] = await owe(endpoint);
    expect(await take()).toEqual([owed]);
    const [row] = await test.database.query<{ left_ms: number }>({
      text: 'SELECT (extract(epoch FROM queued_until - now()) * 1000)::float8 AS left_ms FROM deliveries WHERE event_id = $1',
      values: [owed],
    });
    expect(row?.left_ms).toBeGreaterThan(LEASE_MS - 2_000);
  });

  it('takes what fell due last: what was due when the breaker opened may still be under way somewhere', async () => {
    const endpoint = await paused();
    await owe(endpoint, { count: 5, due_in_ms: -60_000 });
    const [since] = await owe(endpoint);
    expect(await take()).toEqual([since]);
  });

  it.each([{}, { ordering: 'fifo' as const }])('leaves alone what is on its way: %j', async (fields) => {
    const endpoint = await paused(-1_000, fields);
    const [owed] = await owe(endpoint, fields.ordering && { positions: [1] });
    const claim = (until: string) =>
      test.database.query({
        text: `UPDATE deliveries SET queued_until = now() + $2::interval WHERE event_id = $1`,
        values: [owed, until],
      });
    await claim('5 s');
    expect(await take()).toEqual([]);
    await claim('-1 s');
    await endPause(endpoint);
    expect(await take()).toEqual([owed]);
  });

  it('takes the head of a fifo endpoint, and nothing in its place', async () => {
    const endpoint = await paused(-1_000, { ordering: 'fifo' });
    const [head] = await owe(endpoint, { positions: [1, 2, 3] });
    expect(await take()).toEqual([head]);
    await endPause(endpoint);
    await test.database.query({
      text: `UPDATE deliveries SET next_attempt_at = now() + interval '1 minute' WHERE event_id = $1`,
      values: [head],
    });
    expect(await take()).toEqual([]);
  });

  it('takes no head past an earlier event that still stands in the outbox', async () => {
    const endpoint = await paused(-1_000, { ordering: 'fifo' });
    const [head] = await owe(endpoint, { positions: [5] });
    await test.database.query({
      text: `INSERT INTO outbox (event_id, tenant_id, mode, type, position) VALUES (gen_random_uuid(), $1, 'live', 'test.made', 4)`,
      values: [tenantId],
    });
    expect(await take()).toEqual([]);
    await test.database.query({ text: 'DELETE FROM outbox WHERE tenant_id = $1', values: [tenantId] });
    await endPause(endpoint);
    expect(await take()).toEqual([head]);
  });
});

describe('giveProbeBack', () => {
  it('has another taken within a second, where no attempt came of the first', async () => {
    const endpoint = await paused();
    await owe(endpoint, { count: 2 });
    const [first] = await take();
    await giveProbeBack(test.database, endpoint);
    const state = await flowOf(test.database, endpoint);
    expect(state?.pause_ms).toBe(10_000);
    expect(state?.paused_for_ms).toBeLessThanOrEqual(1_000);
    await endPause(endpoint);
    const [second] = await take();
    expect([second === undefined, second === first]).toEqual([false, false]);
  });

  it('lengthens no pause, and opens no breaker that was closed meanwhile', async () => {
    const [over, closed] = [await paused(), await insertEndpoint(test.database, { tenant_id: tenantId })];
    await setFlow(test.database, closed, 'backlog_since = now()');
    for (const endpoint of [over, closed]) await giveProbeBack(test.database, endpoint);
    expect((await flowOf(test.database, over))?.paused_for_ms).toBeLessThan(0);
    expect(await flowOf(test.database, closed)).toMatchObject({ paused_for_ms: null, pause_ms: null });
  });
});

describe('an endpoint whose pause is over and that owes nothing', () => {
  it('stays open until it does', async () => {
    const endpoint = await paused();
    await owe(endpoint, { due_in_ms: 60_000 });
    expect(await take()).toEqual([]);
    expect(await flowOf(test.database, endpoint)).toMatchObject({ pause_ms: 10_000 });
    await endPause(endpoint);
    const [owed] = await owe(endpoint);
    expect(await take()).toEqual([owed]);
  });

  it('does not keep others from their probe, however many there are', async () => {
    for (let idle = 0; idle < 20; idle += 1) await paused(-60_000);
    const endpoint = await paused();
    const [owed] = await owe(endpoint);
    const probes: string[] = [];
    for (let call = 0; call < 5; call += 1) probes.push(...(await take(5)));
    expect(probes).toEqual([owed]);
  });

  it('is looked at again within 5 s, and no later than its own pause would last', async () => {
    const [long, short] = [await paused(), await paused()];
    await setFlow(test.database, short, 'pause_ms = 300');
    await take();
    expect((await flowOf(test.database, long))?.paused_for_ms).toBeLessThanOrEqual(5_000);
    expect((await flowOf(test.database, short))?.paused_for_ms).toBeLessThanOrEqual(300);
  });
});

describe('an endpoint that is closed', () => {
  it.each([{ enabled: false }, { deleted: true }])('has no breaker any more: %j', async (fields) => {
    const endpoint = await paused(-1_000, fields);
    await owe(endpoint);
    expect(await take()).toEqual([]);
    expect(await flowOf(test.database, endpoint)).toMatchObject({ paused_for_ms: null, pause_ms: null });
  });
});
