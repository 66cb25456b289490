import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type Database } from '../database.js';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  insertTenant,
  makeDelivery,
  recordedNumbers,
  stateOf,
  type TestDatabase,
} from '../testing/index.js';
import { cancelDelivery, recordAttempts } from './record-attempts.js';

let test: TestDatabase;
let other: Database;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  other = createDatabase({ url: test.url, poolSize: 5, applicationName: 'switchboard-test-other' });
  tenantId = await insertTenant(test.database);
});
afterAll(async () => {
  await other.close();
  await test.drop();
});

const aDelivery = () => makeDelivery(test.database, { tenant_id: tenantId });

describe('recording an attempt', () => {
  it('ends the delivery on success, with the attempt as it was made', async () => {
    const delivery = await aDelivery();
    const record = anAttempt(delivery, { response_headers: { 'set-cookie': ['a=1', 'b=2'] }, duration_ms: 34 });

    expect(await recordAttempts(test.database, [record])).toEqual(new Set([delivery.delivery_id]));

    const state = await stateOf(test.database, delivery);
    expect(state).toMatchObject({
      status: 'succeeded',
      attempt_count: 1,
      next_attempt_at: null,
      last_status_code: 200,
    });
    expect(state.completed_at).toBeInstanceOf(Date);
    const rows = await test.database.query({
      text: 'SELECT * FROM attempts WHERE delivery_id = $1',
      values: [delivery.delivery_id],
    });
    expect(rows).toEqual([
      {
        delivery_id: delivery.delivery_id,
        number: 1,
        trigger: 'automatic',
        tenant_id: tenantId,
        started_at: record.started_at,
        duration_ms: 34,
        status_code: 200,
        error_code: null,
        error_message: null,
        request_headers: JSON.stringify(record.request_headers),
        response_headers: JSON.stringify(record.response_headers),
        response_body: 'ok',
      },
    ]);
  });

  it.each([
    ['quotes and backslashes', String.raw`{"a":"\"b\\"}, 'c', \u0041 {x,NULL}`],
    ['control characters', '\u0001\t\r\n\u001f\u007f'],
    ['what is more than two bytes long', 'ẞ 你好 🦓 \u2028'],
    ['nothing', ''],
  ])('keeps an answer as it was: %s', async (_, body) => {
    const delivery = await aDelivery();
    const headers = { 'x-answer': body };
    await recordAttempts(test.database, [anAttempt(delivery, { response_body: body, response_headers: headers })]);
    const [row] = await test.database.query<{ response_body: string; response_headers: string }>({
      text: 'SELECT response_body, response_headers FROM attempts WHERE delivery_id = $1',
      values: [delivery.delivery_id],
    });
    expect(row?.response_body).toBe(body);
    expect(JSON.parse(row?.response_headers ?? '')).toEqual(headers);
  });

  it('keeps a failed delivery pending until its pause is over, counted by the database’s clock', async () => {
    const delivery = await aDelivery();
    // A worker whose clock is a day behind must not make a retry due at once.
    const started = new Date(Date.now() - 86_400_000);
    await recordAttempts(test.database, [{ ...aFailedAttempt(delivery, 1, 90_000), started_at: started }]);

    const state = await stateOf(test.database, delivery);
    expect(state).toMatchObject({
      status: 'pending',
      attempt_count: 1,
      last_status_code: 500,
      last_error_code: 'http_status',
      completed_at: null,
    });
    expect(state.due_in_ms).toBeGreaterThan(80_000);
    expect(state.due_in_ms).toBeLessThanOrEqual(90_000);
  });

  it('keeps a dead delivery visible, with no attempt owed', async () => {
    const delivery = await aDelivery();
    await recordAttempts(test.database, [{ ...aFailedAttempt(delivery, 1), status: 'dead', retry_delay_ms: null }]);
    expect(await stateOf(test.database, delivery)).toMatchObject({
      status: 'dead',
      next_attempt_at: null,
      last_error_code: 'http_status',
    });
  });

  it('takes attempts without an answer: no status, headers or body', async () => {
    const delivery = await aDelivery();
    const silent = { status_code: null, response_headers: null, response_body: null, error_code: 'timeout' };
    await recordAttempts(test.database, [{ ...aFailedAttempt(delivery, 1), ...silent }]);
    const rows = await test.database.query({
      text: 'SELECT status_code, response_headers, response_body, error_code FROM attempts WHERE delivery_id = $1',
      values: [delivery.delivery_id],
    });
    expect(rows).toEqual([silent]);
  });
});

describe('the compare-and-set', () => {
  it('lets the second record of one attempt change nothing and write no row', async () => {
    const delivery = await aDelivery();
    await recordAttempts(test.database, [aFailedAttempt(delivery, 1)]);
    const before = await stateOf(test.database, delivery);

    expect(await recordAttempts(test.database, [anAttempt(delivery, { number: 1 })])).toEqual(new Set());

    expect(await stateOf(test.database, delivery)).toMatchObject({
      status: 'pending',
      attempt_count: 1,
      next_attempt_at: before.next_attempt_at,
    });
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
  });

  it('refuses an attempt out of turn', async () => {
    const delivery = await aDelivery();
    expect(await recordAttempts(test.database, [anAttempt(delivery, { number: 2 })])).toEqual(new Set());
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending', attempt_count: 0 });
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([]);
  });

  it.each(['succeeded', 'dead'] as const)('never moves a delivery that is %s', async (final) => {
    const delivery = await aDelivery();
    await recordAttempts(test.database, [anAttempt(delivery, { status: final })]);
    const before = await stateOf(test.database, delivery);

    expect(await recordAttempts(test.database, [aFailedAttempt(delivery, 2)])).toEqual(new Set());

    expect({ ...(await stateOf(test.database, delivery)), due_in_ms: 0 }).toEqual({ ...before, due_in_ms: 0 });
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
  });

  it('never moves a cancelled delivery', async () => {
    const delivery = await aDelivery();
    await cancelDelivery(test.database, delivery, 'endpoint_deleted');
    expect(await recordAttempts(test.database, [anAttempt(delivery)])).toEqual(new Set());
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'cancelled', attempt_count: 0 });
  });

  it('records the others of a batch that holds a stale entry', async () => {
    const [first, stale, third] = [await aDelivery(), await aDelivery(), await aDelivery()];
    await recordAttempts(test.database, [anAttempt(stale)]);

    const moved = await recordAttempts(test.database, [anAttempt(first), anAttempt(stale), anAttempt(third)]);

    expect(moved).toEqual(new Set([first.delivery_id, third.delivery_id]));
    expect(await stateOf(test.database, first)).toMatchObject({ status: 'succeeded' });
    expect(await stateOf(test.database, third)).toMatchObject({ status: 'succeeded' });
    expect(await recordedNumbers(test.database, stale.delivery_id)).toEqual([1]);
  });

  it('lets exactly one of two workers win, in every one of 40 rounds, whatever their order', async () => {
    for (let round = 0; round < 40; round += 1) {
      const deliveries = [await aDelivery(), await aDelivery()];
      const [one, two] = await Promise.all([
        recordAttempts(
          test.database,
          deliveries.map((delivery) => anAttempt(delivery, { response_body: 'one' })),
        ),
        recordAttempts(
          other,
          deliveries.toReversed().map((delivery) => aFailedAttempt(delivery, 1)),
        ),
      ]);
      expect([...one, ...two].sort()).toEqual(deliveries.map((delivery) => delivery.delivery_id).sort());
      for (const delivery of deliveries) {
        const state = await stateOf(test.database, delivery);
        expect(state).toMatchObject({
          attempt_count: 1,
          status: one.has(delivery.delivery_id) ? 'succeeded' : 'pending',
        });
        expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
      }
    }
  });
});

describe('attempt row and delivery state', () => {
  it('commit together: where the attempt cannot be written, the delivery has not moved', async () => {
    const delivery = await aDelivery();
    await test.database.query({
      text: `CREATE FUNCTION refuse_attempt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk on fire'; END $$`,
      values: [],
    });
    await test.database.query({
      text: 'CREATE TRIGGER refuse BEFORE INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION refuse_attempt()',
      values: [],
    });
    try {
      await expect(recordAttempts(test.database, [anAttempt(delivery)])).rejects.toThrow('disk on fire');
    } finally {
      await test.database.query({ text: 'DROP FUNCTION refuse_attempt CASCADE', values: [] });
    }
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending', attempt_count: 0 });
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([]);
    expect(await recordAttempts(test.database, [anAttempt(delivery)])).toEqual(new Set([delivery.delivery_id]));
  });

  it('are kept true by the table itself: pending if and only if an attempt is due', async () => {
    const delivery = await aDelivery();
    const forget = test.database.query({
      text: 'UPDATE deliveries SET next_attempt_at = NULL WHERE event_id = $1',
      values: [delivery.event_id],
    });
    await expect(forget).rejects.toMatchObject({ code: '23514' });
    const endWithDate = test.database.query({
      text: `UPDATE deliveries SET status = 'succeeded' WHERE event_id = $1`,
      values: [delivery.event_id],
    });
    await expect(endWithDate).rejects.toMatchObject({ code: '23514' });
  });
});

describe('cancelling a delivery', () => {
  it('ends it with its reason, once', async () => {
    const delivery = await aDelivery();
    expect(await cancelDelivery(test.database, delivery, 'endpoint_disabled')).toBe(true);
    expect(await cancelDelivery(test.database, delivery, 'endpoint_deleted')).toBe(false);
    expect(await stateOf(test.database, delivery)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'endpoint_disabled',
      next_attempt_at: null,
    });
  });

  it('leaves a finished delivery as it is', async () => {
    const delivery = await aDelivery();
    await recordAttempts(test.database, [anAttempt(delivery)]);
    expect(await cancelDelivery(test.database, delivery, 'endpoint_deleted')).toBe(false);
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'succeeded', cancel_reason: null });
  });
});
