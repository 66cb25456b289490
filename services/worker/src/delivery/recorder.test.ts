import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type Database } from '@switchboard/db';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  insertTenant,
  makeDelivery,
  recordedNumbers,
  stateOf,
  untilALockIsWaitedFor,
  type TestDatabase,
} from '@switchboard/db/testing';
import { startDatabaseProxy, type DatabaseProxy } from '../testing/database-proxy.js';
import { createTestLog } from '../testing/log.js';
import { createRecorder } from './recorder.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

const aDelivery = () => makeDelivery(test.database, { tenant_id: tenantId });

describe('the recorder', () => {
  it('records what is submitted together in one statement, and says which deliveries moved', async () => {
    const statements: string[] = [];
    const counting = {
      ...test.database,
      query: <Row>(statement: { text: string; values: unknown[] }) => {
        statements.push(statement.text);
        return test.database.query<Row>(statement);
      },
    };
    const recorder = createRecorder({ database: counting, log: createTestLog().log });
    const deliveries = [await aDelivery(), await aDelivery(), await aDelivery()];
    expect(await Promise.all(deliveries.map((delivery) => recorder.submit(anAttempt(delivery))))).toEqual([
      true,
      true,
      true,
    ]);
    expect(statements).toHaveLength(1);
    for (const delivery of deliveries) expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
  });

  it('counts the first of two runs of one attempt that end in the same batch, and only that', async () => {
    const recorder = createRecorder({ database: test.database, log: createTestLog().log });
    const [delivery, other] = [await aDelivery(), await aDelivery()];
    const moved = await Promise.all([
      recorder.submit(anAttempt(delivery, { response_body: 'first' })),
      recorder.submit(aFailedAttempt(delivery, 1)),
      recorder.submit(anAttempt(other)),
    ]);
    expect(moved).toEqual([true, false, true]);
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'succeeded', attempt_count: 1 });
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
  });

  it('tells of a run that was recorded before by somebody else', async () => {
    const delivery = await aDelivery();
    const [here, there] = [1, 2].map(() => createRecorder({ database: test.database, log: createTestLog().log }));
    expect(await here?.submit(anAttempt(delivery))).toBe(true);
    expect(await there?.submit(anAttempt(delivery))).toBe(false);
  });

  it('lets a record that the database refuses take no other of its batch with it', async () => {
    const { log, lines } = createTestLog();
    const recorder = createRecorder({ database: test.database, log });
    const [good, bad, alsoGood] = [await aDelivery(), await aDelivery(), await aDelivery()];
    const moved = await Promise.all([
      recorder.submit(anAttempt(good)),
      // PostgreSQL's text holds no NUL.
      recorder.submit(anAttempt(bad, { response_body: 'a\0b' })),
      recorder.submit(anAttempt(alsoGood)),
    ]);
    expect(moved).toEqual([true, false, true]);
    expect(await stateOf(test.database, bad)).toMatchObject({ status: 'pending', attempt_count: 0 });
    expect(lines).toEqual([expect.objectContaining({ level: 'error', delivery_id: bad.delivery_id })]);
  });
});

describe('the recorder during an outage of the database', () => {
  let proxy: DatabaseProxy;
  let database: Database;

  beforeAll(async () => {
    proxy = await startDatabaseProxy(test.url);
    database = createDatabase({ url: proxy.url, poolSize: 2, applicationName: 'switchboard-test-proxied' });
  });
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await database.close();
    await proxy.stop();
  });

  it('keeps what was attempted and records it when the database is back, seconds later', async () => {
    const recorder = createRecorder({ database, log: createTestLog().log });
    const warmUp = await aDelivery();
    expect(await recorder.submit(anAttempt(warmUp))).toBe(true);
    const delivery = await aDelivery();

    proxy.cut();
    const submitted = recorder.submit(anAttempt(delivery));
    setTimeout(() => proxy.mend(), 2_500);

    expect(await submitted).toBe(true);
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
  });

  it('records once where the connection broke while the statement ran: what was committed is not written again', async () => {
    const recorder = createRecorder({ database, log: createTestLog().log });
    const delivery = await aDelivery();
    const holder = await test.database.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM deliveries WHERE event_id = $1 FOR UPDATE', [delivery.event_id]);
      const submitted = recorder.submit(anAttempt(delivery));
      await untilALockIsWaitedFor(test.database);
      // The server goes on with the statement of a client that it has not noticed to be gone.
      proxy.cut();
      await holder.query('COMMIT');
      setTimeout(() => proxy.mend(), 300);
      await submitted;
    } finally {
      holder.release();
    }
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'succeeded', attempt_count: 1 });
  });

  it('gives an attempt up after its patience, and the delivery is still owed', async () => {
    const recorder = createRecorder({ database, log: createTestLog().log, maxOutageMs: 300 });
    const delivery = await aDelivery();
    proxy.cut();
    await expect(recorder.submit(anAttempt(delivery))).rejects.toThrow();
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending', attempt_count: 0 });
  });
});
