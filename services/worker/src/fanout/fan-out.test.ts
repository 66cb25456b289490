import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertEvents, markBacklogs, openBreaker } from '@switchboard/db';
import { anEvent, insertEndpoint, stateOf, type EndpointFixture } from '@switchboard/db/testing';
import { connectQueues, createProducer } from '@switchboard/queue';
import { openBench, type Bench } from '../testing/bench.js';
import { createAdmission } from '../flow/admission.js';
import { createQueueDepth } from '../flow/queue-depth.js';
import { createTestLog } from '../testing/log.js';
import { createNotingLanes, NO_LANES } from '../testing/noting-lanes.js';
import { createNotingFeeder } from '../testing/noting-feeder.js';
import { createFanOut, type FanOutDeps } from './fan-out.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

function fanOutWith(fields: Partial<FanOutDeps> = {}) {
  return createFanOut({
    database: bench.test.database,
    producer: bench.producer,
    admission: createAdmission(createQueueDepth(bench.producer)),
    feeder: bench.deps.feeder,
    lanes: NO_LANES,
    leaseMs: 60_000,
    endpointConcurrency: 10,
    log: createTestLog().log,
    onFannedOut: () => undefined,
    ...fields,
  });
}

async function publish(type: string): Promise<string> {
  const event = anEvent({ tenant_id: bench.tenantId, type });
  await insertEvents(bench.test.database, [event]);
  return event.id;
}

const anEndpoint = (type: string, fields: Partial<EndpointFixture> = {}) =>
  insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: [type], ...fields });
const jobsOf = async (eventIds: string[]) =>
  (await bench.queuedJobs()).filter(({ data }) => eventIds.includes(data.event_id as string));

describe('the fan-out of a worker', () => {
  it('enqueues the first attempt of every delivery it has made, on the lane of first attempts', async () => {
    const endpoints = [
      await insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['fan.one'] }),
      await insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['fan.one'] }),
    ];
    const counts: number[][] = [];
    const eventId = await publish('fan.one');
    await fanOutWith({ onFannedOut: (...both) => counts.push(both) }).events([eventId]);
    const jobs = (await bench.queuedJobs()).filter((job) => job.data.event_id === eventId);
    expect(jobs.map((job) => job.queue)).toEqual(['deliveries', 'deliveries']);
    expect(jobs.map((job) => job.data.endpoint_id).sort()).toEqual(endpoints.sort());
    expect(jobs.every((job) => job.data.attempt === 1)).toBe(true);
    expect(counts).toEqual([[1, 2]]);
  });

  it('enqueues nothing a second time', async () => {
    await insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['fan.two'] });
    const eventId = await publish('fan.two');
    await fanOutWith().events([eventId]);
    await bench.test.database.query({ text: 'DELETE FROM bullmq.job', values: [] });
    await fanOutWith().events([eventId]);
    expect(await bench.queuedJobs()).toEqual([]);
  });

  it('keeps the deliveries where the queue takes no jobs: they are due at once, for the sweeper', async () => {
    const endpointId = await insertEndpoint(bench.test.database, {
      tenant_id: bench.tenantId,
      event_types: ['fan.three'],
    });
    const eventId = await publish('fan.three');
    const down = connectQueues({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: 'down' }, () => undefined);
    await fanOutWith({ producer: createProducer(down) }).events([eventId]);
    const state = await stateOf(bench.test.database, { event_id: eventId, endpoint_id: endpointId });
    expect(state).toMatchObject({ status: 'pending', attempt_count: 0 });
    expect(state.due_in_ms).toBeLessThanOrEqual(0);
    await down.close();
  });
});

describe('deliveries that wait for their turn in PostgreSQL', () => {
  it('are left there, and the feeder is told of their endpoints once', async () => {
    const inOrder = await anEndpoint('fan.held', { ordering: 'fifo' });
    const limited = await anEndpoint('fan.held', { rate_limit_per_second: 5 });
    const paused = await anEndpoint('fan.held');
    await openBreaker(bench.test.database, paused, 60_000);
    const free = await anEndpoint('fan.held');
    const eventIds = [await publish('fan.held'), await publish('fan.held')];
    const { feeder, asked } = createNotingFeeder();
    await fanOutWith({ feeder }).events(eventIds);
    expect((await jobsOf(eventIds)).map(({ data }) => data.endpoint_id)).toEqual([free, free]);
    expect(new Set(asked.map((call) => call.join(' ')))).toEqual(new Set([`next ${inOrder}`, `pace ${limited}`]));
    expect(asked).toHaveLength(2);
  });

  it('are asked for once, however many there are: there may be places free', async () => {
    const endpoint = await anEndpoint('fan.backlog');
    await markBacklogs(bench.test.database, [endpoint]);
    const eventIds = await Promise.all(Array.from({ length: 5 }, () => publish('fan.backlog')));
    const { feeder, asked } = createNotingFeeder();
    await fanOutWith({ feeder, endpointConcurrency: 4 }).events(eventIds);
    expect(asked).toEqual([['feed', endpoint, 4]]);
    expect(await jobsOf(eventIds)).toEqual([]);
  });

  it('are a backlog from now on where the queue is too long for them', async () => {
    const endpoint = await anEndpoint('fan.flood');
    const eventIds = [await publish('fan.flood')];
    const { feeder, asked } = createNotingFeeder();
    const admission = createAdmission({ read: () => Promise.resolve(20_000), added: () => undefined });
    await fanOutWith({ feeder, admission }).events(eventIds);
    expect(asked).toEqual([
      ['hold', [endpoint]],
      ['giveBack', expect.objectContaining({ event_id: eventIds[0], endpoint_id: endpoint })],
    ]);
    expect(await jobsOf(eventIds)).toEqual([]);
  });
});

describe('deliveries that the worker has places for', () => {
  it('begin at once, without a detour through the queue, and nobody else takes them meanwhile', async () => {
    const endpoint = await anEndpoint('fan.own');
    const eventIds = [await publish('fan.own')];
    const { lanes, begun } = createNotingLanes();
    await fanOutWith({ lanes, leaseMs: 60_000 }).events(eventIds);
    expect(begun).toMatchObject([{ event_id: eventIds[0], endpoint_id: endpoint, attempt: 1, delay_ms: 0 }]);
    expect(await jobsOf(eventIds)).toEqual([]);
    const [row] = await bench.test.database.query<{ is_claimed: boolean }>({
      text: 'SELECT queued_until > now() AS is_claimed FROM deliveries WHERE event_id = $1',
      values: [eventIds[0]],
    });
    expect(row).toEqual({ is_claimed: true });
  });

  it('go into the queue as far as there are no places', async () => {
    await anEndpoint('fan.full');
    const eventIds = [await publish('fan.full'), await publish('fan.full'), await publish('fan.full')];
    const { lanes, begun } = createNotingLanes(1);
    await fanOutWith({ lanes }).events(eventIds);
    expect(begun).toHaveLength(1);
    expect(await jobsOf(eventIds)).toHaveLength(2);
  });
});
