import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { recordAttempts } from '@switchboard/db';
import {
  aFailedAttempt,
  anAttempt,
  flowOf,
  insertEndpoint,
  insertOwed,
  type EndpointFixture,
} from '@switchboard/db/testing';
import { connectQueues, createProducer, type Producer } from '@switchboard/queue';
import { until } from '@switchboard/queue/testing';
import { openBench, type Bench, type Owed } from '../testing/bench.js';
import { createTestLog } from '../testing/log.js';
import { startSweeper, type SweeperDeps } from './sweeper.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.test.database.query({ text: 'DELETE FROM bullmq.job', values: [] });
  await bench.test.database.query({ text: 'DELETE FROM deliveries', values: [] });
});

const anEndpoint = (fields: Partial<EndpointFixture> = {}) =>
  insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['sweeper.nothing'], ...fields });
const owe = () => bench.owe({ url: 'http://127.0.0.1:9/' });
const jobsOf = async (owed: Owed) =>
  (await bench.queuedJobs()).filter((job) => job.data.delivery_id === owed.delivery_id);

/** Sweeps until `done`, at an interval that leaves time for several sweeps. */
async function sweepUntil(
  what: string,
  done: () => Promise<boolean>,
  producer: Producer = bench.producer,
  sweepIntervalMs = 100,
  feeder: SweeperDeps['feeder'] = bench.deps.feeder,
) {
  const log = createTestLog();
  const loop = startSweeper({ database: bench.test.database, producer, feeder, log: log.log, sweepIntervalMs });
  try {
    await until(what, done);
    return log.lines;
  } finally {
    await loop.stop();
  }
}

describe('the sweeper', () => {
  it('enqueues a first attempt whose job was lost', async () => {
    const owed = await owe();
    await sweepUntil('it is enqueued', async () => (await jobsOf(owed)).length > 0);
    expect(await jobsOf(owed)).toMatchObject([
      { queue: 'deliveries', id: `${owed.delivery_id}-1`, data: { attempt: 1 } },
    ]);
  });

  it('enqueues a retry that is due on the retry lane, and one that is due soon with its delay', async () => {
    const [due, soon] = [await owe(), await owe()];
    await recordAttempts(bench.test.database, [aFailedAttempt(due, 1, 0), aFailedAttempt(soon, 1, 4_000)]);
    await sweepUntil('both are enqueued', async () => (await bench.queuedJobs()).length === 2, bench.producer, 5_000);
    expect(await jobsOf(due)).toMatchObject([{ queue: 'delivery-retries', id: `${due.delivery_id}-2`, delay_ms: 0 }]);
    const [later] = await jobsOf(soon);
    expect(later?.queue).toBe('delivery-retries');
    expect(later?.delay_ms).toBeGreaterThan(1_000);
    expect(later?.delay_ms).toBeLessThanOrEqual(4_000);
  });

  it('leaves in PostgreSQL what is due later than its next look, and what has ended', async () => {
    const [far, done, due] = [await owe(), await owe(), await owe()];
    await recordAttempts(bench.test.database, [aFailedAttempt(far, 1, 60_000), anAttempt(done)]);
    await sweepUntil('the due one is enqueued', async () => (await jobsOf(due)).length > 0);
    expect(await bench.queuedJobs()).toHaveLength(1);
  });

  it('enqueues a delivery once, however often it sweeps before the attempt is made', async () => {
    const owed = await owe();
    let sweeps = 0;
    const counting: Producer = {
      ...bench.producer,
      addDeliveries: (...given) => {
        sweeps += 1;
        return bench.producer.addDeliveries(...given);
      },
    };
    await sweepUntil('it swept five times', () => Promise.resolve(sweeps >= 5), counting, 20);
    expect(await jobsOf(owed)).toHaveLength(1);
  });

  it('asks the queue nothing while it is down, and takes that for no failure', async () => {
    await owe();
    const down = connectQueues({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: 'down' }, () => undefined);
    const producer = createProducer(down);
    let looks = 0;
    const counting: Producer = { ...producer, isReady: () => (looks += 1) > 0 && producer.isReady() };
    const lines = await sweepUntil('it looked several times', () => Promise.resolve(looks >= 5), counting, 20);
    expect(lines).toEqual([]);
    await down.close();
  });

  it('adds nothing while very many jobs wait already, and goes on when they are fewer', async () => {
    const owed = await owe();
    let looks = 0;
    const full: Producer = {
      ...bench.producer,
      waitingCount: (key) => {
        looks += 1;
        return Promise.resolve(key === 'retries' ? 20_000 : 0);
      },
    };
    await sweepUntil('it looked several times', () => Promise.resolve(looks >= 6), full, 20);
    expect(await jobsOf(owed)).toEqual([]);
    await sweepUntil('it is enqueued', async () => (await jobsOf(owed)).length > 0);
  });

  it('goes on where the queue took no more, so that nobody is kept out by those who come first', async () => {
    const endpoints = await Promise.all([1, 2, 3, 4].map(() => anEndpoint()));
    for (const endpoint_id of endpoints) {
      await insertOwed(bench.test.database, { tenant_id: bench.tenantId, endpoint_id, count: 50 });
    }
    const served = new Set<unknown>();
    let hasRoom = true;
    // The queue takes one job a sweep.
    const narrow: Producer = {
      ...bench.producer,
      waitingCount: (key) => {
        if (key === 'retries') return Promise.resolve(0);
        if (hasRoom) return Promise.resolve(19_999);
        hasRoom = true;
        return Promise.resolve(20_000);
      },
      addDeliveries: (_lane, jobs) => {
        hasRoom = false;
        for (const { endpoint_id } of jobs) served.add(endpoint_id);
        return Promise.resolve();
      },
    };
    await sweepUntil('each had a turn', () => Promise.resolve(served.size === 4), narrow, 20);
  });
});

describe('endpoints that are fed', () => {
  it('are told to the feeder where they owe something, for it may have missed that', async () => {
    const inOrder = await anEndpoint({ ordering: 'fifo' });
    const limited = await anEndpoint({ rate_limit_per_second: 5 });
    const { database } = bench.test;
    await insertOwed(database, { tenant_id: bench.tenantId, endpoint_id: inOrder, positions: [1] });
    await insertOwed(database, { tenant_id: bench.tenantId, endpoint_id: limited });
    const told = { next: new Set<string>(), pace: new Set<string>() };
    const feeder = { next: (id: string) => told.next.add(id), pace: (id: string) => told.pace.add(id) };
    await sweepUntil(
      'both were told',
      () => Promise.resolve(told.next.has(inOrder) && told.pace.has(limited)),
      bench.producer,
      100,
      feeder,
    );
    expect(await bench.queuedJobs()).toEqual([]);
  });

  it('have a backlog from now on where they owe more than their share', async () => {
    const endpoint_id = await anEndpoint();
    await insertOwed(bench.test.database, { tenant_id: bench.tenantId, endpoint_id, count: 150 });
    await sweepUntil('it is noted', async () => (await flowOf(bench.test.database, endpoint_id))?.has_backlog === true);
    const jobs = (await bench.queuedJobs()).filter(({ data }) => data.endpoint_id === endpoint_id);
    // Of the 150 a hundred, and then those that set its feeding going again with each further sweep.
    expect(jobs.length).toBeGreaterThanOrEqual(100);
    expect(new Set(jobs.map(({ data }) => data.event_id)).size).toBe(jobs.length);
  });
});
