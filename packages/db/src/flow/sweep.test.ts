import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cancelDelivery, recordAttempts } from '../deliveries/record-attempts.js';
import type { Executor } from '../executor.js';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  endLeases,
  flowOf,
  insertEndpoint,
  insertOwed,
  insertTenant,
  makeDelivery,
  setFlow,
  type EndpointFixture,
  type TestDatabase,
} from '../testing/index.js';
import { FIRST_ENDPOINT_ID, sweepDueDeliveries, type SweepOptions } from './sweep.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query({ text: 'DELETE FROM deliveries', values: [] });
  tenantId = await insertTenant(test.database);
});

const sweep = (options: Partial<SweepOptions> = {}, executor: Executor = test.database) =>
  sweepDueDeliveries(executor, {
    aheadMs: 0,
    leaseMs: 60_000,
    perEndpoint: 100,
    perBacklog: 100,
    limit: 1_000,
    afterEndpointId: FIRST_ENDPOINT_ID,
    ...options,
  });
const anEndpoint = (fields: Partial<EndpointFixture> = {}) =>
  insertEndpoint(test.database, { tenant_id: tenantId, ...fields });
const owe = (endpoint_id: string, fields: { count?: number; due_in_ms?: number; positions?: number[] } = {}) =>
  insertOwed(test.database, { tenant_id: tenantId, endpoint_id, ...fields });
const eventsOf = (deliveries: { event_id: string }[]) => deliveries.map(({ event_id }) => event_id);

describe('a sweep', () => {
  it('takes a delivery from its fan-out on, with the attempt that is owed', async () => {
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
    const retried = await makeDelivery(test.database, { tenant_id: tenantId });
    await recordAttempts(test.database, [aFailedAttempt(retried, 1, 0)]);
    const { taken } = await sweep();
    expect(new Set(taken)).toEqual(
      new Set([
        { ...delivery, attempt: 1, delay_ms: 0 },
        { ...retried, attempt: 2, delay_ms: 0 },
      ]),
    );
  });

  it('takes what becomes due within the time ahead, with its delay, and nothing later', async () => {
    const endpoint = await anEndpoint();
    const [soon] = await owe(endpoint, { due_in_ms: 4_000 });
    await owe(endpoint, { due_in_ms: 60_000 });
    const { taken } = await sweep({ aheadMs: 5_000 });
    expect(eventsOf(taken)).toEqual([soon]);
    expect(taken[0]?.delay_ms).toBeGreaterThan(2_000);
    expect(taken[0]?.delay_ms).toBeLessThanOrEqual(4_000);
  });

  it('takes nothing that has ended', async () => {
    const made = () => makeDelivery(test.database, { tenant_id: tenantId });
    const [succeeded, dead, cancelled] = [await made(), await made(), await made()];
    await recordAttempts(test.database, [anAttempt(succeeded), anAttempt(dead, { status: 'dead' })]);
    await cancelDelivery(test.database, cancelled, 'endpoint_deleted');
    expect(await sweep({ aheadMs: 1_000_000 })).toEqual({ taken: [], inTurn: [], lastEndpointId: null });
  });

  it('takes a delivery once, and again only when its lease is over: then its job was lost', async () => {
    const endpoint = await anEndpoint();
    const owed = await owe(endpoint, { count: 3 });
    expect(eventsOf((await sweep()).taken).sort()).toEqual(owed.toSorted());
    expect((await sweep()).taken).toEqual([]);
    await endLeases(test.database, endpoint);
    expect(eventsOf((await sweep()).taken).sort()).toEqual(owed.toSorted());
  });

  it('comes past what is queued already to what is not', async () => {
    const endpoint = await anEndpoint();
    const owed = await owe(endpoint, { count: 4 });
    await sweep({ perEndpoint: 2 });
    await setFlow(test.database, endpoint, 'backlog_since = NULL');
    expect(eventsOf((await sweep({ perEndpoint: 2 })).taken).sort()).toEqual(owed.slice(2).sort());
  });

  it('counts the lease from when the delivery is due, so that a delayed job is not taken again before it has run', async () => {
    const endpoint = await anEndpoint();
    await owe(endpoint, { due_in_ms: 4_000 });
    await sweep({ aheadMs: 5_000, leaseMs: 1_000 });
    const [row] = await test.database.query<{ lease_ms: number }>({
      text: 'SELECT (extract(epoch FROM queued_until - next_attempt_at) * 1000)::int AS lease_ms FROM deliveries',
      values: [],
    });
    expect(row).toEqual({ lease_ms: 1_000 });
  });

  it('passes over what another worker is taking at this moment, instead of waiting for it', async () => {
    const endpoint = await anEndpoint();
    const owed = await owe(endpoint, { count: 4 });
    await test.database.transaction(async (transaction) => {
      const first = await sweep({ perEndpoint: 2 }, transaction);
      expect(eventsOf(first.taken).sort()).toEqual(owed.slice(0, 2).sort());
      expect(eventsOf((await sweep()).taken).sort()).toEqual(owed.slice(2).sort());
    });
    expect((await sweep()).taken).toEqual([]);
  });

  it('by several workers at once takes everything exactly once', async () => {
    const endpoints = await Promise.all(Array.from({ length: 10 }, () => anEndpoint()));
    const owed = (await Promise.all(endpoints.map((endpoint) => owe(endpoint, { count: 20 })))).flat();
    const sweeps = await Promise.all(Array.from({ length: 5 }, () => sweep()));
    // One may have looked while another held a row, and seen none of it.
    const all = [...sweeps, await sweep()].flatMap(({ taken }) => eventsOf(taken));
    expect(all.sort()).toEqual(owed.sort());
  });
});

describe('an endpoint that owes much', () => {
  it('gives the most overdue and no more than its share, and is noted to have a backlog', async () => {
    const [busy, calm] = [await anEndpoint(), await anEndpoint()];
    const owed = await owe(busy, { count: 8 });
    const few = await owe(calm, { count: 4 });
    const { taken } = await sweep({ perEndpoint: 5 });
    expect(eventsOf(taken).sort()).toEqual([...owed.slice(0, 5), ...few].sort());
    expect(await flowOf(test.database, busy)).toMatchObject({ has_backlog: true });
    expect(await flowOf(test.database, calm)).toBeNull();
  });

  it('gives little once it is noted: the rest is fed as its places fall free', async () => {
    const endpoint = await anEndpoint();
    const owed = await owe(endpoint, { count: 8 });
    await setFlow(test.database, endpoint, 'backlog_since = now()');
    const { taken } = await sweep({ perEndpoint: 5, perBacklog: 2 });
    expect(eventsOf(taken).sort()).toEqual(owed.slice(0, 2).sort());
  });

  it('keeps its bucket when it is noted', async () => {
    const endpoint = await anEndpoint();
    await setFlow(test.database, endpoint, 'tokens = 3');
    await owe(endpoint, { count: 5 });
    await sweep({ perEndpoint: 5 });
    expect(await flowOf(test.database, endpoint)).toMatchObject({ has_backlog: true, tokens: 3 });
  });
});

describe('endpoints that are fed in turn', () => {
  it('are told of instead of being swept: fifo, and limited in rate with something due', async () => {
    const fifo = await anEndpoint({ ordering: 'fifo' });
    const limited = await anEndpoint({ rate_limit_per_second: 5 });
    const limitedLater = await anEndpoint({ rate_limit_per_second: 5 });
    const both = await anEndpoint({ ordering: 'fifo', rate_limit_per_second: 5 });
    await owe(fifo, { positions: [1, 2] });
    await owe(limited, { count: 2 });
    await owe(limitedLater, { due_in_ms: 60_000 });
    await owe(both, { positions: [1, 2] });
    const swept = await sweep({ aheadMs: 1_000 });
    expect(swept.taken).toEqual([]);
    expect(swept.inTurn.sort()).toEqual([fifo, limited, both].sort());
  });

  it('are told of with what they owe from before they were fifo', async () => {
    const endpoint = await anEndpoint({ ordering: 'fifo' });
    const [before] = await owe(endpoint, {});
    await owe(endpoint, { positions: [1] });
    const { taken, inTurn } = await sweep();
    expect(eventsOf(taken)).toEqual([before]);
    expect(inTurn).toEqual([endpoint]);
  });

  it('give nothing while the breaker is open, whether its pause is over or not: the probe is next', async () => {
    const [open, over] = [await anEndpoint(), await anEndpoint()];
    await setFlow(test.database, open, `paused_until = now() + interval '1 minute', pause_ms = 60000`);
    await setFlow(test.database, over, `paused_until = now() - interval '1 minute', pause_ms = 60000`);
    await owe(open);
    await owe(over);
    expect(await sweep()).toEqual({ taken: [], inTurn: [], lastEndpointId: null });
  });
});

describe('a walk over all endpoints', () => {
  /** Calls until the walk is over. @returns what each call gave */
  async function walk(options: Partial<SweepOptions>) {
    const steps = [];
    for (let after: string | null = FIRST_ENDPOINT_ID; after !== null;) {
      const swept = await sweep({ ...options, afterEndpointId: after });
      steps.push(swept);
      after = swept.lastEndpointId;
    }
    return steps;
  }

  it('comes to every endpoint, however the limit cuts it, and to those with little as well as to those with much', async () => {
    const endpoints = await Promise.all(Array.from({ length: 40 }, () => anEndpoint()));
    for (const [index, endpoint] of endpoints.entries()) await owe(endpoint, { count: index % 2 === 0 ? 30 : 1 });
    const steps = await walk({ perEndpoint: 6, limit: 13 });
    expect(steps.every(({ taken }) => taken.length <= 13)).toBe(true);
    const all = steps.flatMap(({ taken }) => taken);
    expect(new Set(all.map(({ endpoint_id }) => endpoint_id))).toEqual(new Set(endpoints));
    expect(new Set(eventsOf(all)).size).toBe(all.length);
  });

  it('takes one step for a few endpoints', async () => {
    await owe(await anEndpoint());
    expect(await walk({})).toHaveLength(1);
  });

  it.each([
    { inOrder: 2_100, others: 2_100 },
    { inOrder: 2_100, others: 10 },
    { inOrder: 10, others: 2_100 },
  ])(
    'goes on where a call has seen as many endpoints as it looks at: $inOrder in order, $others others',
    async (counts) => {
      await test.database.query({
        text: `
        WITH made AS (
          INSERT INTO webhook_endpoints (id, tenant_id, mode, url, event_types, secret_sealed, ordering)
          SELECT gen_random_uuid(), $1, 'live', 'http://127.0.0.1:9/', '{*}', '\\x00', CASE WHEN n <= $2 THEN 'fifo' ELSE 'none' END
          FROM generate_series(1, $2::int + $3::int) AS n RETURNING id, ordering
        )
        INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, position)
        SELECT event_id, endpoint_id, delivery_id_for(event_id), $1, 'live', 'test.owed', position FROM (
          SELECT gen_random_uuid() AS event_id, id AS endpoint_id, CASE WHEN ordering = 'fifo' THEN 1 END AS position FROM made
        ) AS owed`,
        values: [tenantId, counts.inOrder, counts.others],
      });
      const steps = await walk({ limit: 10_000 });
      expect(steps.length).toBeGreaterThan(1);
      expect(steps.flatMap(({ taken }) => taken)).toHaveLength(counts.others);
      expect(new Set(steps.flatMap(({ inTurn }) => inTurn)).size).toBe(counts.inOrder);
    },
  );
});
