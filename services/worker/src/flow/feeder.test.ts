import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openBreaker, recordAttempts, takeBacklog } from '@switchboard/db';
import {
  aFailedAttempt,
  claimsOf,
  endDeliveries,
  flowOf,
  insertEndpoint,
  insertOwed,
  setFlow,
  type EndpointFixture,
} from '@switchboard/db/testing';
import { QueueUnavailableError } from '@switchboard/queue';
import { until } from '@switchboard/queue/testing';
import type { Loop } from '../lifecycle/loop.js';
import { openBench, type Bench } from '../testing/bench.js';
import { createNotingLanes, NO_LANES } from '../testing/noting-lanes.js';
import { createTestLog } from '../testing/log.js';
import { createFeeder, type FeederDeps } from './feeder.js';

let bench: Bench;
const loops: Loop[] = [];

beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => bench.test.database.query({ text: 'DELETE FROM bullmq.job', values: [] }));
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
});
afterAll(() => bench.close());

function aFeeder(fields: Partial<FeederDeps> = {}) {
  return createFeeder({
    database: bench.test.database,
    producer: bench.producer,
    lanes: NO_LANES,
    depth: { read: () => Promise.resolve(0) },
    inFlight: () => 0,
    log: createTestLog().log,
    leaseMs: 60_000,
    probeLeaseMs: 60_000,
    ...fields,
  });
}
function aRunningFeeder() {
  const feeder = aFeeder();
  loops.push(...feeder.start());
  return feeder;
}
const anEndpoint = (fields: Partial<EndpointFixture> = {}) =>
  insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['feeder.nothing'], ...fields });
const owe = (endpoint_id: string, fields: { count?: number; positions?: number[] } = {}) =>
  insertOwed(bench.test.database, { tenant_id: bench.tenantId, endpoint_id, ...fields });
const hasBacklog = async (endpoint: string) => (await flowOf(bench.test.database, endpoint))?.has_backlog ?? false;
const jobsOf = async (endpoint: string) =>
  (await bench.queuedJobs()).filter(({ data }) => data.endpoint_id === endpoint);
const untilJobs = (endpoint: string, count: number) =>
  until(`${count} jobs are queued`, async () => (await jobsOf(endpoint)).length >= count);

describe('an endpoint with a backlog', () => {
  it('is noted for all workers, and known to this one at once', async () => {
    const [one, other] = [await anEndpoint(), await anEndpoint()];
    const feeder = aFeeder();
    feeder.hold([one, other]);
    expect([feeder.hasBacklog(one), feeder.hasBacklog(other)]).toEqual([true, true]);
    await until('both are noted', async () => (await hasBacklog(one)) && (await hasBacklog(other)));
  });

  it('has as many deliveries begun as it has places free, most overdue first', async () => {
    const endpoint = await anEndpoint();
    const owed = await owe(endpoint, { count: 5 });
    const { lanes, begun } = createNotingLanes();
    aFeeder({ lanes }).feed(endpoint, 2);
    await until('two are begun', () => Promise.resolve(begun.length >= 2));
    expect(begun.map(({ event_id }) => event_id).sort()).toEqual(owed.slice(0, 2).sort());
    expect(await jobsOf(endpoint)).toEqual([]);
  });

  it('has one begun for each that was answered, however often it is told of in one moment', async () => {
    const endpoint = await anEndpoint();
    await owe(endpoint, { count: 20 });
    const { lanes, begun, answered } = createNotingLanes();
    const feeder = aFeeder({ lanes });
    for (let told = 0; told < 5; told += 1) feeder.feed(endpoint, 5);
    await until('five are begun', () => Promise.resolve(begun.length >= 5));
    answered(endpoint, 2);
    for (let told = 0; told < 2; told += 1) feeder.feed(endpoint, 5);
    await until('two more are begun', () => Promise.resolve(begun.length >= 7));
    expect(begun).toHaveLength(7);
    expect(new Set(begun.map(({ event_id }) => event_id)).size).toBe(7);
  });

  it('counts what it has under way from the queue: its places are places in this worker', async () => {
    const endpoint = await anEndpoint();
    await owe(endpoint, { count: 20 });
    const { lanes, begun } = createNotingLanes();
    aFeeder({ lanes, inFlight: () => 3 }).feed(endpoint, 5);
    await until('two are begun', () => Promise.resolve(begun.length >= 2));
    expect(begun).toHaveLength(2);
  });

  it('shares the places of this worker with the others that ask', async () => {
    const [one, other] = [await anEndpoint(), await anEndpoint()];
    await Promise.all([owe(one, { count: 10 }), owe(other, { count: 10 })]);
    const { lanes, begun } = createNotingLanes(6);
    const feeder = aFeeder({ lanes });
    feeder.feed(one, 3);
    feeder.feed(other, 10);
    await until('all places are taken', () => Promise.resolve(begun.length >= 6));
    expect(begun.filter(({ endpoint_id }) => endpoint_id === one)).toHaveLength(3);
    expect(begun).toHaveLength(6);
  });

  it('has retries begun here that nobody put into the queue', async () => {
    const retried = await bench.owe({ url: 'http://127.0.0.1:9/' });
    await recordAttempts(bench.test.database, [aFailedAttempt(retried, 1, 0)]);
    const { lanes, begun } = createNotingLanes();
    aFeeder({ lanes }).feed(retried.endpoint_id, 1);
    await until('it is begun', () => Promise.resolve(begun.length === 1));
    expect(begun).toMatchObject([{ delivery_id: retried.delivery_id, attempt: 2 }]);
  });

  it('has the others brought into their own lane of the queue', async () => {
    const retried = await bench.owe({ url: 'http://127.0.0.1:9/' });
    await recordAttempts(bench.test.database, [{ ...aFailedAttempt(retried, 1, 0), claim_ms: 0 }]);
    const { lanes, begun } = createNotingLanes();
    aFeeder({ lanes }).feed(retried.endpoint_id, 1);
    await untilJobs(retried.endpoint_id, 1);
    expect(await jobsOf(retried.endpoint_id)).toMatchObject([{ queue: 'delivery-retries', data: { attempt: 2 } }]);
    expect(begun).toEqual([]);
  });

  it('has what somebody had claimed before brought into the queue, which may have it already and then knows', async () => {
    const endpoint = await anEndpoint();
    await owe(endpoint, { count: 1 });
    await takeBacklog(bench.test.database, new Map([[endpoint, 1]]), 0);
    const { lanes, begun } = createNotingLanes();
    aFeeder({ lanes }).feed(endpoint, 1);
    await untilJobs(endpoint, 1);
    expect(begun).toEqual([]);
  });

  it('is asked again where others have all of it in hand, though nothing of it ends here', async () => {
    const endpoint = await anEndpoint();
    await owe(endpoint, { count: 1 });
    const other = createNotingLanes();
    aFeeder({ lanes: other.lanes, leaseMs: 300 }).feed(endpoint, 1);
    await until('the other has it', () => Promise.resolve(other.begun.length === 1));
    aFeeder({ lanes: createNotingLanes().lanes }).feed(endpoint, 1);
    await untilJobs(endpoint, 1);
  });

  it('is one no more when nothing is left: for this worker and for all', async () => {
    const endpoint = await anEndpoint();
    const feeder = aFeeder({ lanes: createNotingLanes().lanes });
    feeder.hold([endpoint]);
    await until('it is noted', () => hasBacklog(endpoint));
    feeder.feed(endpoint, 1);
    await until('it has ended', () => Promise.resolve(!feeder.hasBacklog(endpoint)));
    expect(await hasBacklog(endpoint)).toBe(false);
  });

  it('gets back what found no place, for the next place that falls free', async () => {
    const endpoint = await anEndpoint();
    await owe(endpoint);
    const { lanes, begun, answered } = createNotingLanes();
    const feeder = aFeeder({ lanes });
    feeder.feed(endpoint, 1);
    await until('it is begun', () => Promise.resolve(begun.length === 1));
    answered(endpoint, 1);
    for (const claim of await claimsOf(bench.test.database, endpoint)) feeder.giveBack(claim);
    await until('it is begun again', () => {
      feeder.feed(endpoint, 1);
      return Promise.resolve(begun.length === 2);
    });
  });
});

describe('an endpoint in order', () => {
  it('has its head brought into the queue with the turn granted, under an id of its own, once', async () => {
    const endpoint = await anEndpoint({ ordering: 'fifo' });
    const [head] = await owe(endpoint, { positions: [1, 2] });
    const feeder = aFeeder();
    feeder.next(endpoint);
    feeder.next(endpoint);
    await untilJobs(endpoint, 1);
    feeder.next(endpoint);
    const other = await anEndpoint({ ordering: 'fifo' });
    await owe(other, { positions: [1] });
    feeder.next(other);
    await untilJobs(other, 1);
    const [job, ...more] = await jobsOf(endpoint);
    expect(more).toEqual([]);
    expect(job?.data).toMatchObject({ event_id: head, granted: 'turn' });
    expect(job?.id).toMatch(/^[0-9a-f-]{36}-1-turn$/);
  });

  it('has the next one brought when the head has ended', async () => {
    const endpoint = await anEndpoint({ ordering: 'fifo' });
    const owed = await owe(endpoint, { positions: [1, 2] });
    const feeder = aFeeder();
    feeder.next(endpoint);
    await untilJobs(endpoint, 1);
    await endDeliveries(bench.test.database, owed.slice(0, 1));
    feeder.next(endpoint);
    await untilJobs(endpoint, 2);
    expect((await jobsOf(endpoint)).map(({ data }) => data.event_id)).toEqual(owed);
  });
});

describe('an endpoint with a limited rate', () => {
  it('has its deliveries brought one after the other, with the turn granted, until none is owed', async () => {
    const endpoint = await anEndpoint({ rate_limit_per_second: 20 });
    const owed = await owe(endpoint, { count: 8 });
    const feeder = aRunningFeeder();
    const startedAt = performance.now();
    feeder.pace(endpoint);
    await untilJobs(endpoint, 8);
    // A burst of four, and then twenty a second.
    expect(performance.now() - startedAt).toBeGreaterThan(200);
    const jobs = await jobsOf(endpoint);
    expect(jobs.map(({ data }) => data.event_id).sort()).toEqual(owed.toSorted());
    expect(jobs.every(({ data }) => data.granted === 'turn')).toBe(true);
  });

  it('is not given up while it gives something, however slowly', async () => {
    const endpoint = await anEndpoint({ rate_limit_per_second: 1 });
    await owe(endpoint, { count: 5 });
    // Told once: the last comes four seconds later, when an endpoint that owes nothing is long forgotten.
    aRunningFeeder().pace(endpoint);
    await untilJobs(endpoint, 5);
  });

  it('gets nothing before somebody has said that it owes something', async () => {
    const [unheard, heard] = [
      await anEndpoint({ rate_limit_per_second: 20 }),
      await anEndpoint({ rate_limit_per_second: 20 }),
    ];
    await owe(unheard);
    await owe(heard);
    const feeder = aRunningFeeder();
    feeder.pace(heard);
    await untilJobs(heard, 1);
    expect(await jobsOf(unheard)).toEqual([]);
  });
});

describe('an endpoint whose breaker is open', () => {
  it('has one probe brought into the queue when its pause is over', async () => {
    const endpoint = await anEndpoint();
    await owe(endpoint, { count: 3 });
    await openBreaker(bench.test.database, endpoint, 60_000);
    aRunningFeeder();
    const other = await anEndpoint();
    await owe(other);
    await setFlow(bench.test.database, other, 'paused_until = now(), pause_ms = 60000');
    await untilJobs(other, 1);
    expect(await jobsOf(endpoint)).toEqual([]);

    await setFlow(bench.test.database, endpoint, 'paused_until = now()');
    await untilJobs(endpoint, 1);
    const [job, ...more] = await jobsOf(endpoint);
    expect(more).toEqual([]);
    expect(job?.data).toMatchObject({ granted: 'probe' });
    expect(job?.id).toMatch(/-1-probe$/);
  });
});

describe('a feeder that cannot do its work', () => {
  it('says so in its log and throws nothing, where the database is away', async () => {
    const { log, lines } = createTestLog();
    const away = () => Promise.reject(new Error('the database is away'));
    const feeder = aFeeder({ database: { query: away, run: away }, log, lanes: createNotingLanes().lanes });
    feeder.hold(['a']);
    feeder.feed('a', 1);
    feeder.next('a');
    feeder.giveBack({ event_id: 'a', endpoint_id: 'a', claimed_until: new Date() });
    await until('all four are logged', () => Promise.resolve(lines.length === 4));
    expect(lines.every(({ level }) => level === 'debug')).toBe(true);
  });

  it('leaves what it has taken to its lease, where the queue is away', async () => {
    const endpoint = await anEndpoint({ ordering: 'fifo' });
    await owe(endpoint, { positions: [1] });
    const { log, lines } = createTestLog();
    const producer = {
      ...bench.producer,
      addDeliveries: () => Promise.reject(new QueueUnavailableError('away')),
    };
    aFeeder({ producer, log, leaseMs: 0 }).next(endpoint);
    await until('it is logged', () => Promise.resolve(lines.length === 1));
    aFeeder().next(endpoint);
    await untilJobs(endpoint, 1);
  });
});
