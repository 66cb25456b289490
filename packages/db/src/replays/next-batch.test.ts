import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cancelDelivery, recordAttempts } from '../deliveries/record-attempts.js';
import { createDatabase, type Database } from '../database.js';
import type { FannedOutDelivery } from '../outbox/fan-out.js';
import {
  anAttempt,
  createTestDatabase,
  hasten,
  insertEndpoint,
  insertReplay,
  insertTenant,
  makeDeadDeliveries,
  replayState,
  stateOf,
  untilALockIsWaitedFor,
  type TestDatabase,
} from '../testing/index.js';
import { replayNextBatch, type ReplayBatch } from './next-batch.js';

let test: TestDatabase;
/** A second worker's pool. */
let other: Database;
let tenantId: string;
let endpointId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  other = createDatabase({ url: test.url, poolSize: 5, applicationName: 'switchboard-test-other' });
});
afterAll(async () => {
  await other.close();
  await test.drop();
});
beforeEach(async () => {
  await test.database.query({ text: 'DELETE FROM replays', values: [] });
  tenantId = await insertTenant(test.database);
  endpointId = await insertEndpoint(test.database, { tenant_id: tenantId });
});

const makeDead = (count: number, target: { endpoint_id?: string; type?: string } = {}) =>
  makeDeadDeliveries(test.database, { tenant_id: tenantId, endpoint_id: endpointId, ...target }, count);
const replayAll = (changes: Partial<Parameters<typeof insertReplay>[1]> = {}) =>
  insertReplay(test.database, { tenant_id: tenantId, ...changes });
const idsOf = (deliveries: readonly { delivery_id: string }[]) => deliveries.map(({ delivery_id }) => delivery_id);
const sql = (text: string, ...values: unknown[]) => test.database.query<Record<string, unknown>>({ text, values });

/** Turn after turn without the pauses in between, until the replay has ended. */
async function runToEnd(replayId: string, ratePerSecond = 10): Promise<ReplayBatch[]> {
  const batches: ReplayBatch[] = [];
  while ((await replayState(test.database, replayId)).status === 'running') {
    await hasten(test.database, replayId);
    const batch = await replayNextBatch(test.database, { ratePerSecond });
    if (!batch) throw new Error('The replay was not given its turn.');
    batches.push(batch);
    if (batches.length > 100) throw new Error('The replay does not end.');
  }
  return batches;
}

const replayedIn = (batches: readonly ReplayBatch[]) => idsOf(batches.flatMap(({ started }) => started));

describe('a replay', () => {
  it('sets every dead delivery going once, by id, half a second’s worth at a time', async () => {
    const made = await makeDead(12);
    const id = await replayAll({ matched: 12 });
    const batches = await runToEnd(id);
    expect(replayedIn(batches)).toEqual(idsOf(made));
    expect(batches.map(({ started }) => started.length)).toEqual([5, 5, 2]);
    expect(await replayState(test.database, id)).toMatchObject({
      ...{ status: 'completed', matched: 12, replayed: 12, skipped: 0, completed_at: expect.any(Date) },
    });
  });

  it('keeps to its rate over all workers: after a batch nobody gets another until its time has passed', async () => {
    await makeDead(12);
    const id = await replayAll();
    expect((await replayNextBatch(test.database, { ratePerSecond: 10 }))?.started).toHaveLength(5);
    // 5 of 10 a second.
    const { next_in_ms } = await replayState(test.database, id);
    expect(next_in_ms).toBeGreaterThan(400);
    expect(next_in_ms).toBeLessThanOrEqual(501);
    const asked = [test.database, other].map((database) => replayNextBatch(database, { ratePerSecond: 10 }));
    expect(await Promise.all(asked)).toEqual([null, null]);
  });

  it('takes its turns with others: none waits for another’s end', async () => {
    await makeDead(4);
    const ids = [await replayAll({ statuses: ['succeeded'] }), await replayAll(), await replayAll()];
    const turns = [];
    for (let turn = 0; turn < 3; turn += 1) turns.push(await replayNextBatch(test.database, { ratePerSecond: 2 }));
    expect(turns.map((turn) => turn?.replay_id)).toEqual(ids);
  });

  it('replays each delivery once where two workers run it at once', async () => {
    const made = await makeDead(20);
    const id = await replayAll();
    const replayed: string[] = [];
    while ((await replayState(test.database, id)).status === 'running') {
      await hasten(test.database, id);
      const both = [test.database, other].map((database) => replayNextBatch(database, { ratePerSecond: 10 }));
      replayed.push(...replayedIn((await Promise.all(both)).filter((batch) => batch !== null)));
    }
    expect(replayed).toEqual(idsOf(made));
  });

  it('goes on where a worker was killed: a batch and how far it is are committed together, or not at all', async () => {
    const made = await makeDead(7);
    const id = await replayAll();
    await replayNextBatch(test.database, { ratePerSecond: 4 });
    await hasten(test.database, id);
    // Killed by the server in the middle of its transaction, as a process that dies loses its connection.
    const blocker = await test.database.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM deliveries WHERE id = $1 FOR UPDATE', [made[2]?.delivery_id]);
    const victim = replayNextBatch(other, { ratePerSecond: 4 }).catch((error: unknown) => error);
    await untilALockIsWaitedFor(test.database);
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    expect(await victim).toBeInstanceOf(Error);
    await blocker.query('ROLLBACK');
    blocker.release();
    expect(await replayState(test.database, id)).toMatchObject({ status: 'running', replayed: 2 });
    expect(replayedIn(await runToEnd(id, 4))).toEqual(idsOf(made.slice(2)));
    expect(await replayState(test.database, id)).toMatchObject({ status: 'completed', replayed: 7 });
  });

  it('does nothing more once it is cancelled', async () => {
    const made = await makeDead(4);
    const id = await replayAll();
    await replayNextBatch(test.database, { ratePerSecond: 4 });
    await hasten(test.database, id);
    await sql(`UPDATE replays SET status = 'cancelled' WHERE id = $1`, id);
    expect(await replayNextBatch(test.database, { ratePerSecond: 4 })).toBeNull();
    expect(await stateOf(test.database, made[1] as FannedOutDelivery)).toMatchObject({ status: 'pending' });
    expect(await stateOf(test.database, made[2] as FannedOutDelivery)).toMatchObject({ status: 'dead' });
  });

  it('never replays its own results: what has died again since it was asked for is left', async () => {
    const made = await makeDead(3);
    const id = await replayAll();
    const first = await replayNextBatch(test.database, { ratePerSecond: 2 });
    expect(first?.started).toHaveLength(1);
    await recordAttempts(test.database, [anAttempt(made[0] as FannedOutDelivery, { number: 2, status: 'dead' })]);
    // As if it had to begin again from the start.
    await sql('UPDATE replays SET cursor_id = NULL WHERE id = $1', id);
    expect(replayedIn(await runToEnd(id))).toEqual(idsOf(made.slice(1)));
  });

  it('lets no other replay starve where its turn fails', async () => {
    await makeDead(1);
    const [broken, sound] = [await replayAll(), await replayAll()];
    const failing: Database = {
      ...test.database,
      transaction: (work) =>
        test.database.transaction((transaction) =>
          work({
            ...transaction,
            query: (statement) =>
              statement.name === 'start-replay-runs'
                ? transaction.query({ text: 'SELECT 1/0', values: [] })
                : transaction.query(statement),
          }),
        ),
    };
    await expect(replayNextBatch(failing, { ratePerSecond: 10 })).rejects.toThrow('division by zero');
    expect((await replayState(test.database, broken)).next_in_ms).toBeGreaterThan(10_000);
    expect((await replayNextBatch(test.database, { ratePerSecond: 10 }))?.replay_id).toBe(sound);
  });
});

describe('what a replay replays', () => {
  it('is what its filter says: tenant, mode, endpoint, status, event and time', async () => {
    await makeDead(1, { type: 'invoice.paid' });
    const second = await insertEndpoint(test.database, { tenant_id: tenantId });
    const [paid] = await makeDead(1, { endpoint_id: second, type: 'invoice.paid' });
    const [sent] = await makeDead(1, { endpoint_id: second, type: 'invoice.sent' });
    const between = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [late] = await makeDead(1, { endpoint_id: second, type: 'invoice.sent' });
    const replayed = async (filter: Parameters<typeof replayAll>[0]) => {
      await sql('UPDATE deliveries SET status = $1, next_attempt_at = NULL, completed_at = created_at', 'dead');
      return replayedIn(await runToEnd(await replayAll({ endpoint_id: second, ...filter })));
    };
    expect(await replayed({})).toEqual(idsOf([paid, sent, late] as FannedOutDelivery[]));
    expect(await replayed({ event_type: 'invoice.paid' })).toEqual([paid?.delivery_id]);
    expect(await replayed({ since: between })).toEqual([late?.delivery_id]);
    expect(await replayed({ until: between, event_type: 'invoice.sent' })).toEqual([sent?.delivery_id]);
    expect(await replayed({ mode: 'test' })).toEqual([]);
    expect(await replayed({ tenant_id: await insertTenant(test.database) })).toEqual([]);
    expect(await replayed({ statuses: ['cancelled', 'succeeded'] })).toEqual([]);
    expect(await replayed({ endpoint_id: null })).toHaveLength(7);
  });

  it('may be several statuses together, still by id', async () => {
    const made = await makeDead(6);
    const [, second, third] = made as [FannedOutDelivery, FannedOutDelivery, FannedOutDelivery];
    await sql(`UPDATE deliveries SET status = 'pending', next_attempt_at = now() WHERE id = ANY ($1)`, [
      second.delivery_id,
      third.delivery_id,
    ]);
    await cancelDelivery(test.database, second, 'endpoint_disabled');
    await recordAttempts(test.database, [anAttempt(third, { number: 2 })]);
    const both = await replayAll({ statuses: ['cancelled', 'dead'] });
    expect(replayedIn(await runToEnd(both))).toEqual(idsOf(made.filter((delivery) => delivery !== third)));
    expect(replayedIn(await runToEnd(await replayAll({ statuses: ['succeeded'] })))).toEqual([third.delivery_id]);
  });

  it.each([
    ['is disabled', 'UPDATE webhook_endpoints SET enabled = false WHERE id = $1'],
    ['is deleted', 'UPDATE webhook_endpoints SET deleted_at = now() WHERE id = $1'],
    ['has lost the events', 'DELETE FROM events WHERE id IN (SELECT event_id FROM deliveries WHERE endpoint_id = $1)'],
  ])('is nothing of an endpoint that %s: that is skipped and counted', async (_what, text) => {
    const made = await makeDead(3);
    const id = await replayAll({ matched: 3 });
    await sql(text, endpointId);
    await runToEnd(id);
    expect(await replayState(test.database, id)).toMatchObject({ status: 'completed', replayed: 0, skipped: 3 });
    expect(await stateOf(test.database, made[0] as FannedOutDelivery)).toMatchObject({ status: 'dead' });
  });

  it('counts as skipped what somebody else replayed meanwhile', async () => {
    const made = await makeDead(3);
    const id = await replayAll({ matched: 3 });
    await sql(`UPDATE deliveries SET status = 'pending', next_attempt_at = now() WHERE id = $1`, made[1]?.delivery_id);
    await runToEnd(id);
    expect(await replayState(test.database, id)).toMatchObject({ matched: 3, replayed: 2, skipped: 1 });
  });
});

describe('an endpoint that is held up', () => {
  const open = (id: string) => sql(`INSERT INTO endpoint_flow VALUES ($1, NULL, now(), 1000)`, id);
  const close = (id: string) => sql('DELETE FROM endpoint_flow WHERE endpoint_id = $1', id);

  it('gets nothing of its replay while its breaker is open, and all of it afterwards', async () => {
    const made = await makeDead(3);
    const id = await replayAll({ endpoint_id: endpointId });
    await open(endpointId);
    for (let turn = 0; turn < 3; turn += 1) {
      await hasten(test.database, id);
      expect(await replayNextBatch(test.database, { ratePerSecond: 10 })).toMatchObject({ started: [] });
    }
    expect((await replayState(test.database, id)).next_in_ms).toBeGreaterThan(1_000);
    await close(endpointId);
    expect(replayedIn(await runToEnd(id))).toEqual(idsOf(made));
  });

  it('keeps no other endpoint of the same replay waiting; a further pass comes back for it', async () => {
    const second = await insertEndpoint(test.database, { tenant_id: tenantId });
    const made = await makeDead(2);
    const others = await makeDead(2, { endpoint_id: second });
    await sql(`DELETE FROM deliveries WHERE endpoint_id = $1 AND NOT id = ANY ($2)`, endpointId, idsOf(made));
    await sql(`DELETE FROM deliveries WHERE endpoint_id = $1 AND NOT id = ANY ($2)`, second, idsOf(others));
    const id = await replayAll({ matched: 4 });
    await open(endpointId);
    expect(replayedIn([(await replayNextBatch(test.database, { ratePerSecond: 10 })) as ReplayBatch])).toEqual(
      idsOf(others),
    );
    expect(await replayState(test.database, id)).toMatchObject({ status: 'running', replayed: 2, skipped: 0 });
    await close(endpointId);
    expect(replayedIn(await runToEnd(id))).toEqual(idsOf(made));
    expect(await replayState(test.database, id)).toMatchObject({ status: 'completed', replayed: 4, skipped: 0 });
  });

  it('is one that owes more than a thousand due deliveries already; those that are due later do not count', async () => {
    await makeDead(1_002);
    const owed = (count: number) =>
      sql(
        `UPDATE deliveries SET status = 'pending', next_attempt_at = now(), completed_at = NULL WHERE id IN (
          SELECT id FROM deliveries WHERE endpoint_id = $1 AND status = 'dead' ORDER BY id LIMIT $2)`,
        endpointId,
        count,
      );
    await owed(1_001);
    const id = await replayAll({ endpoint_id: endpointId });
    expect(await replayNextBatch(test.database, { ratePerSecond: 10 })).toMatchObject({ started: [] });
    await sql(
      `UPDATE deliveries SET next_attempt_at = now() + interval '1 hour' WHERE id IN (
        SELECT id FROM deliveries WHERE endpoint_id = $1 AND status = 'pending' LIMIT 1)`,
      endpointId,
    );
    await hasten(test.database, id);
    expect((await replayNextBatch(test.database, { ratePerSecond: 10 }))?.started).toHaveLength(1);
  });
});
