import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { recordAttempts } from '../deliveries/record-attempts.js';
import {
  anAttempt,
  aSubscriber,
  createTestDatabase,
  dayNameOf,
  deliveredDaysAgo,
  insertTenant,
  makePartitionsSince,
  noonDaysAgo,
  owedDaysAgo,
  partitions,
  stateOf,
  untilALockIsWaitedFor,
  uuidAt,
  visibleOf,
  type TestDatabase,
} from '../testing/index.js';
import { dropOldestDay } from './drop-oldest-day.js';

const RETENTION_DAYS = 30;
const OLD = RETENTION_DAYS + 1;

let test: TestDatabase;
let tenantId: string;
let to: { endpoint_id: string; type: string };

beforeEach(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
  to = await aSubscriber(test.database, { tenant_id: tenantId });
  await makePartitionsSince(test.database, OLD);
});
afterEach(() => test.drop());

/** Everything that a run may change. */
async function state() {
  return { partitions: await partitions(test.database), visible: await visibleOf(test.database, to.endpoint_id) };
}

const drop = () => dropOldestDay(test.database, RETENTION_DAYS);

/** Holds a transaction open in which `statement` has run, while `work` runs. */
async function during<T>(statement: string, work: () => Promise<T>): Promise<T> {
  return test.database.transaction(async (transaction) => {
    await transaction.query({ text: statement, values: [] });
    return work();
  });
}

describe('a run that cannot finish', () => {
  it('has changed nothing, and the next one does it', async () => {
    await deliveredDaysAgo(test.database, tenantId, to, OLD);
    const before = await state();
    // The last thing a run does is to drop the day: something that depends on it makes that fail.
    await test.database.query({ text: `CREATE VIEW in_the_way AS TABLE attempts_${dayNameOf(OLD)}`, values: [] });
    await expect(drop()).rejects.toThrow('cannot drop');
    expect(await state()).toEqual(before);
    await test.database.query({ text: 'DROP VIEW in_the_way', values: [] });
    expect(await drop()).toMatchObject({ kind: 'dropped', keptDeliveries: 1 });
    expect((await state()).visible).toEqual(before.visible);
  });

  it('gives way to a long query on the tables instead of making everybody wait behind it', async () => {
    await deliveredDaysAgo(test.database, tenantId, to, OLD);
    const before = await state();
    const step = await during('SELECT count(*) FROM attempts', drop);
    expect(step).toEqual({ kind: 'busy', day: dayNameOf(OLD), reason: 'tables_in_use' });
    expect(await state()).toEqual(before);
    expect(await drop()).toMatchObject({ kind: 'dropped' });
  });

  it('lets through what waited behind it', async () => {
    const delivery = await owedDaysAgo(test.database, tenantId, to, OLD);
    await during('SELECT count(*) FROM attempts', async () => {
      const step = drop();
      await untilALockIsWaitedFor(test.database);
      // The run holds deliveries and waits for attempts: this one waits until the run gives way.
      expect(await recordAttempts(test.database, [anAttempt(delivery)])).toEqual(new Set([delivery.delivery_id]));
      expect(await step).toMatchObject({ kind: 'busy' });
    });
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'succeeded' });
  });

  it('leaves the day to another process that is at it', async () => {
    const lock = `SELECT pg_advisory_xact_lock(hashtextextended('switchboard retention', 0))`;
    expect(await during(lock, drop)).toEqual({ kind: 'busy', day: null, reason: 'another_process' });
    const steps = await Promise.all([drop(), drop(), drop()]);
    expect(steps.filter((step) => step.kind === 'dropped')).toHaveLength(1);
  });
});

describe('a day of which very much is still owed', () => {
  it('is left until less is: moving it would hold up everybody', async () => {
    await test.database.query({
      text: `INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type)
        SELECT id, $2, delivery_id_for(id), $3, 'live', 'test.made' FROM (
          SELECT delivery_id_for($1) AS id FROM generate_series(1, 20001)) AS made`,
      values: [uuidAt(noonDaysAgo(OLD)), to.endpoint_id, tenantId],
    });
    expect(await drop()).toEqual({ kind: 'busy', day: dayNameOf(OLD), reason: 'much_still_owed' });
    await test.database.query({
      text: `DELETE FROM deliveries WHERE event_id IN (SELECT event_id FROM deliveries LIMIT 1)`,
      values: [],
    });
    expect(await drop()).toMatchObject({ kind: 'dropped', keptDeliveries: 20_000 });
  });
});

describe('a delivery that is replayed while its day is being dropped', () => {
  const REPLAY = `
    UPDATE deliveries SET status = 'pending', next_attempt_at = now(), completed_at = NULL WHERE id = $1`;

  it('is replayed: the run gives way to a change that is not committed yet', async () => {
    const delivery = await deliveredDaysAgo(test.database, tenantId, to, OLD);
    const step = await test.database.transaction(async (transaction) => {
      await transaction.query({ text: REPLAY, values: [delivery.delivery_id] });
      return drop();
    });
    expect(step).toMatchObject({ kind: 'busy', reason: 'tables_in_use' });
    expect(await drop()).toMatchObject({ kind: 'dropped', keptDeliveries: 1 });
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending' });
  });

  it('is replayed: a change that comes after the row was copied is not lost', async () => {
    const delivery = await deliveredDaysAgo(test.database, tenantId, to, OLD);
    const step = await test.database.transaction(async (transaction) => {
      // Holds the run between its copying and its lock.
      await transaction.query({ text: 'LOCK TABLE ONLY deliveries IN ROW EXCLUSIVE MODE', values: [] });
      const running = drop();
      await untilALockIsWaitedFor(test.database);
      await transaction.query({ text: REPLAY, values: [delivery.delivery_id] });
      return { running };
    });
    expect(await step.running).toMatchObject({ kind: 'busy', reason: 'tables_in_use' });
    expect(await drop()).toMatchObject({ kind: 'dropped', keptDeliveries: 1 });
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending' });
  });
});
