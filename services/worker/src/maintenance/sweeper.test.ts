import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { recordAttempts } from '@switchboard/db';
import { aFailedAttempt, anAttempt } from '@switchboard/db/testing';
import { connectQueues, createProducer, type Producer } from '@switchboard/queue';
import { until } from '@switchboard/queue/testing';
import { newUuid } from '@switchboard/shared';
import { openBench, type Bench, type Owed } from '../testing/bench.js';
import { createTestLog } from '../testing/log.js';
import { startSweeper } from './sweeper.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.test.database.query({ text: 'DELETE FROM bullmq.job', values: [] });
  await bench.test.database.query({ text: 'DELETE FROM deliveries', values: [] });
});

const owe = () => bench.owe({ url: 'http://127.0.0.1:9/' });
const jobsOf = async (owed: Owed) =>
  (await bench.queuedJobs()).filter((job) => job.data.delivery_id === owed.delivery_id);

/** Sweeps until `done`, at an interval that leaves time for several sweeps. */
async function sweepUntil(
  what: string,
  done: () => Promise<boolean>,
  producer: Producer = bench.producer,
  sweepIntervalMs = 100,
) {
  const log = createTestLog();
  const loop = startSweeper({ database: bench.test.database, producer, log: log.log, sweepIntervalMs });
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
    const many = Array.from({ length: 10_000 }, () => ({
      delivery_id: newUuid(),
      event_id: newUuid(),
      endpoint_id: newUuid(),
      attempt: 2,
      delay_ms: 0,
    }));
    await bench.producer.addDeliveries('retries', many);
    let looks = 0;
    const counting: Producer = {
      ...bench.producer,
      waitingCount: (key) => {
        looks += 1;
        return bench.producer.waitingCount(key);
      },
    };
    await sweepUntil('it looked several times', () => Promise.resolve(looks >= 6), counting, 20);
    expect(await jobsOf(owed)).toEqual([]);

    await bench.test.database.query({
      text: 'DELETE FROM bullmq.job WHERE seq > (SELECT min(seq) FROM bullmq.job) + 100',
      values: [],
    });
    await sweepUntil('it is enqueued', async () => (await jobsOf(owed)).length > 0);
  });
});
