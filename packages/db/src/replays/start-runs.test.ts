import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { cancelDelivery, recordAttempts } from '../deliveries/record-attempts.js';
import { loadDeliveries } from '../deliveries/load-deliveries.js';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  insertTenant,
  makeDelivery,
  stateOf,
  type TestDatabase,
} from '../testing/index.js';
import { startReplayRuns } from './start-runs.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
});

type Key = Awaited<ReturnType<typeof makeDelivery>>;
const aDelivery = () => makeDelivery(test.database, { tenant_id: tenantId });
const start = (deliveries: Key[], changes: { tenant_id?: string; mode?: string; replay_id?: string } = {}) =>
  startReplayRuns(test.database, { tenant_id: tenantId, mode: 'live', replay_id: null, ...changes }, deliveries);

async function dead() {
  const delivery = await aDelivery();
  await recordAttempts(test.database, [aFailedAttempt(delivery, 1, 0)]);
  await recordAttempts(test.database, [anAttempt(delivery, { number: 2, status: 'dead', status_code: 500 })]);
  return delivery;
}

const runOf = async (delivery: Key) => {
  const [row] = await test.database.query<object>({
    text: 'SELECT run_trigger, attempts_before_run, replay_id, queued_until FROM deliveries WHERE id = $1',
    values: [delivery.delivery_id],
  });
  return row;
};

describe('startReplayRuns', () => {
  it('makes an ended delivery due now, with a retry budget of its own and attempt numbers that go on', async () => {
    const delivery = await dead();
    const replay_id = newUuid();
    expect(await start([delivery], { replay_id })).toEqual([{ ...delivery, attempt: 3, is_held: false }]);
    expect(await stateOf(test.database, delivery)).toMatchObject({
      ...{ status: 'pending', cancel_reason: null, attempt_count: 2, completed_at: null },
      next_attempt_at: expect.any(Date),
    });
    expect(await runOf(delivery)).toEqual({
      ...{ run_trigger: 'replay', attempts_before_run: 2, replay_id, queued_until: null },
    });
  });

  it('marks the attempts of the run in the log, and only those', async () => {
    const delivery = await dead();
    await start([delivery]);
    await recordAttempts(test.database, [anAttempt(delivery, { number: 3 })]);
    const rows = await test.database.query({
      text: 'SELECT number, trigger FROM attempts WHERE delivery_id = $1 ORDER BY number',
      values: [delivery.delivery_id],
    });
    expect(rows).toEqual([
      { number: 1, trigger: 'automatic' },
      { number: 2, trigger: 'automatic' },
      { number: 3, trigger: 'replay' },
    ]);
  });

  it('takes what succeeded and what was cancelled, too', async () => {
    const [succeeded, cancelled] = [await aDelivery(), await aDelivery()];
    await recordAttempts(test.database, [anAttempt(succeeded)]);
    await cancelDelivery(test.database, cancelled, 'endpoint_disabled');
    expect((await start([succeeded, cancelled])).map(({ attempt }) => attempt).sort()).toEqual([1, 2]);
    expect(await stateOf(test.database, cancelled)).toMatchObject({ status: 'pending', cancel_reason: null });
  });

  it('never disturbs a pending automatic retry', async () => {
    const delivery = await aDelivery();
    await recordAttempts(test.database, [aFailedAttempt(delivery, 1, 60_000)]);
    const before = await stateOf(test.database, delivery);
    expect(await start([delivery])).toEqual([]);
    expect(await stateOf(test.database, delivery)).toMatchObject({
      ...{ status: 'pending', next_attempt_at: before.next_attempt_at },
    });
    expect(await runOf(delivery)).toMatchObject({ run_trigger: 'automatic', attempts_before_run: 0 });
  });

  it('begins one run where two ask at once', async () => {
    const deliveries = [await dead(), await dead(), await dead()];
    const both = await Promise.all([start(deliveries), start(deliveries.toReversed())]);
    expect(both.flat().map(({ delivery_id }) => delivery_id)).toHaveLength(3);
  });

  it('touches nothing of another tenant, of the other mode, or of a test', async () => {
    const delivery = await dead();
    expect(await start([delivery], { tenant_id: await insertTenant(test.database) })).toEqual([]);
    expect(await start([delivery], { mode: 'test' })).toEqual([]);
    await test.database.query({
      text: `UPDATE deliveries SET run_trigger = 'test' WHERE id = $1`,
      values: [delivery.delivery_id],
    });
    expect(await start([delivery])).toEqual([]);
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'dead' });
  });

  it.each([
    ['its breaker is open', `INSERT INTO endpoint_flow VALUES ($1, NULL, now(), 1000)`],
    ['it has a backlog', `INSERT INTO endpoint_flow VALUES ($1, now())`],
    ['its rate is limited', `UPDATE webhook_endpoints SET rate_limit_per_second = 5 WHERE id = $1`],
  ])('tells that an endpoint takes it in turn: %s', async (_why, text) => {
    const delivery = await dead();
    await test.database.query({ text, values: [delivery.endpoint_id] });
    expect(await start([delivery])).toMatchObject([{ is_held: true }]);
  });

  it('is what the worker sees: pending, one attempt before it more than was made', async () => {
    const delivery = await dead();
    await start([delivery]);
    const [loaded] = await loadDeliveries(test.database, [delivery]).then((all) => [...all.values()]);
    expect(loaded).toMatchObject({
      status: 'pending',
      attempt_count: 2,
      attempts_before_run: 2,
      run_trigger: 'replay',
    });
  });
});
