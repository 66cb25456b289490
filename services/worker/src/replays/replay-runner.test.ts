import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, recordAttempts, type Database, type FannedOutDelivery } from '@switchboard/db';
import {
  anAttempt,
  hasten,
  insertReplay,
  insertTenant,
  makeDeadDeliveries,
  replayState,
  stateOf,
} from '@switchboard/db/testing';
import { connectQueues, createProducer, type Producer } from '@switchboard/queue';
import { until } from '@switchboard/queue/testing';
import { toPublicId } from '@switchboard/shared';
import type { Loop } from '../lifecycle/loop.js';
import { jobOf, openBench, type Bench } from '../testing/bench.js';
import { insertSealedEndpoint } from '../testing/endpoints.js';
import { createTestLog } from '../testing/log.js';
import { startReplayRunner } from './replay-runner.js';

let bench: Bench;
/** A second worker's pool. */
let other: Database;
let tenantId: string;
let endpointId: string;

beforeAll(async () => {
  bench = await openBench();
  other = createDatabase({ url: bench.test.url, poolSize: 5, applicationName: 'switchboard-test-other' });
});
afterAll(async () => {
  await other.close();
  await bench.close();
});
beforeEach(async () => {
  for (const table of ['bullmq.job', 'replays']) await sql(`DELETE FROM ${table}`);
  tenantId = await insertTenant(bench.test.database);
  const url = 'http://127.0.0.1:9/';
  endpointId = (await insertSealedEndpoint(bench.test.database, { tenant_id: tenantId, url })).id;
});

const sql = (text: string) => bench.test.database.query<{ count: number }>({ text, values: [] });
const makeDead = (count: number) =>
  makeDeadDeliveries(bench.test.database, { tenant_id: tenantId, endpoint_id: endpointId }, count);
const replayAll = () => insertReplay(bench.test.database, { tenant_id: tenantId });
const stateIs = (id: string) => replayState(bench.test.database, id);

/** Runs this many runners until `done`; they share nothing but the database, as two processes would. */
async function runUntil(
  what: string,
  done: () => Promise<boolean>,
  {
    runners = 1,
    ratePerSecond = 100,
    producer = bench.producer,
  }: { runners?: number; ratePerSecond?: number; producer?: Producer } = {},
) {
  const { log, lines } = createTestLog();
  const databases = [bench.test.database, other].slice(0, runners);
  const loops: Loop[] = databases.map((database) => startReplayRunner({ database, producer, log, ratePerSecond }));
  try {
    await until(what, done);
    return lines;
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()));
  }
}

const isCompleted = (id: string) => async () => (await stateIs(id)).status === 'completed';

describe('the replay runner', () => {
  it('sets every delivery of a replay going and tells the workers, once each', async () => {
    const made = await makeDead(5);
    const id = await replayAll();
    const lines = await runUntil('it is completed', isCompleted(id));
    expect((await bench.queuedJobs()).map((job) => [job.queue, job.id])).toEqual(
      made.map(({ delivery_id }) => ['delivery-retries', `${delivery_id}-2`]),
    );
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'replay completed', replay_id: toPublicId('replay', id), level: 'info' }),
    ]);
  });

  it('puts a delivery that was never attempted on the lane of first attempts', async () => {
    const [delivery] = (await makeDead(1)) as [FannedOutDelivery];
    await sql(`UPDATE deliveries SET attempt_count = 0 WHERE id = '${delivery.delivery_id}'`);
    await runUntil('it is completed', isCompleted(await replayAll()));
    expect(await bench.queuedJobs()).toMatchObject([{ queue: 'deliveries', id: `${delivery.delivery_id}-1` }]);
  });

  it('leaves to PostgreSQL what an endpoint takes in its turn', async () => {
    const [delivery] = (await makeDead(1)) as [FannedOutDelivery];
    await sql(`UPDATE webhook_endpoints SET rate_limit_per_second = 1 WHERE id = '${endpointId}'`);
    await runUntil('it is completed', isCompleted(await replayAll()));
    expect(await stateOf(bench.test.database, delivery)).toMatchObject({
      status: 'pending',
      due_in_ms: expect.any(Number),
    });
    expect(await bench.queuedJobs()).toEqual([]);
  });

  it('two at once replay each delivery once, and in no second more than the rate', async () => {
    const made = await makeDead(12);
    const id = await replayAll();
    await runUntil('it is completed', isCompleted(id), { runners: 2, ratePerSecond: 20 });
    expect(await stateIs(id)).toMatchObject({ replayed: 12, skipped: 0 });
    const jobs = await bench.queuedJobs();
    expect(jobs.map((job) => job.data.delivery_id)).toEqual(made.map(({ delivery_id }) => delivery_id));
    // Every batch has the time of its transaction: ten at most, and the next one half a second later.
    const batches = await sql(
      `SELECT count(*) FROM deliveries WHERE replay_id = '${id}' GROUP BY next_attempt_at ORDER BY next_attempt_at`,
    );
    expect(batches.map(({ count }) => count)).toEqual([10, 2]);
  });

  it('goes on after a restart where it stood', async () => {
    await makeDead(50);
    const id = await replayAll();
    await runUntil('it has begun', async () => (await stateIs(id)).replayed > 0, { ratePerSecond: 4 });
    expect((await stateIs(id)).status).toBe('running');
    await hasten(bench.test.database, id);
    await runUntil('it is completed', isCompleted(id));
    expect(await stateIs(id)).toMatchObject({ replayed: 50, skipped: 0 });
    expect(new Set((await bench.queuedJobs()).map((job) => job.id)).size).toBe(50);
  });

  it('stops in the middle when it is cancelled', async () => {
    await makeDead(50);
    const id = await replayAll();
    await runUntil('it has begun', async () => (await stateIs(id)).replayed > 0, { ratePerSecond: 4 });
    await sql(`UPDATE replays SET status = 'cancelled' WHERE id = '${id}'`);
    const { replayed } = await stateIs(id);
    await hasten(bench.test.database, id);
    const next = await insertReplay(bench.test.database, { tenant_id: tenantId, statuses: ['succeeded'] });
    await runUntil('one that was asked for later is completed', isCompleted(next));
    expect(replayed).toBeLessThan(50);
    expect(await stateIs(id)).toMatchObject({ status: 'cancelled', replayed });
    expect(await bench.queuedJobs()).toHaveLength(replayed);
  });

  it('needs no queue: what it could not be told is due in PostgreSQL', async () => {
    const [delivery] = (await makeDead(1)) as [FannedOutDelivery];
    const queues = connectQueues({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: 'none' }, () => undefined);
    const producer = createProducer(queues, 100);
    const lines = await runUntil('it is completed', isCompleted(await replayAll()), { producer });
    expect(lines.map(({ level }) => level).sort()).toEqual(['debug', 'info']);
    expect(await stateOf(bench.test.database, delivery)).toMatchObject({ status: 'pending' });
    await producer.close();
    await queues.close();
  });

  it('leads to an attempt that is marked as a replay, with the same webhook-id and the next number', async () => {
    const [delivery] = (await makeDead(1)) as [FannedOutDelivery];
    await runUntil('it is completed', isCompleted(await replayAll()));
    await bench.deliver(jobOf(delivery, 2));
    const [attempt] = await bench.test.database.query<{ trigger: string; request_headers: string }>({
      text: 'SELECT trigger, request_headers FROM attempts WHERE delivery_id = $1 AND number = 2',
      values: [delivery.delivery_id],
    });
    expect(attempt).toMatchObject({ trigger: 'replay' });
    expect(JSON.parse(attempt?.request_headers ?? '{}')).toMatchObject({
      'webhook-id': toPublicId('event', delivery.event_id),
    });
  });

  it('never touches a delivery that is being retried by itself', async () => {
    const [first, second] = (await makeDead(2)) as [FannedOutDelivery, FannedOutDelivery];
    await runUntil('both are replayed', isCompleted(await replayAll()));
    const retry = { number: 2, status: 'pending', status_code: 500, retry_delay_ms: 60_000 } as const;
    await recordAttempts(bench.test.database, [
      anAttempt(first, retry),
      anAttempt(second, { ...retry, status: 'dead', retry_delay_ms: null }),
    ]);
    const before = await stateOf(bench.test.database, first);
    const again = await replayAll();
    await runUntil('it is completed', isCompleted(again));
    expect(await stateIs(again)).toMatchObject({ replayed: 1 });
    expect((await stateOf(bench.test.database, first)).next_attempt_at).toEqual(before.next_attempt_at);
  });
});
