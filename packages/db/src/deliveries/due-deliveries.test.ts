import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  insertTenant,
  makeDelivery,
  type TestDatabase,
} from '../testing/index.js';
import { findDueDeliveries } from './due-deliveries.js';
import { cancelDelivery, recordAttempts } from './record-attempts.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query({ text: 'DELETE FROM deliveries', values: [] });
});

const aDelivery = () => makeDelivery(test.database, { tenant_id: tenantId });

/** A delivery whose second attempt is due in that time; negative where it is overdue. */
async function dueIn(dueInMs: number) {
  const delivery = await aDelivery();
  await recordAttempts(test.database, [aFailedAttempt(delivery, 1, dueInMs)]);
  return delivery;
}

describe('findDueDeliveries', () => {
  it('lists a delivery from its fan-out on, with the attempt that is owed', async () => {
    const delivery = await aDelivery();
    expect(await findDueDeliveries(test.database, { aheadMs: 0, limit: 10 })).toEqual([
      { ...delivery, attempt: 1, delay_ms: 0 },
    ]);
  });

  it('lists what becomes due within the time ahead, each with its own delay, and nothing later', async () => {
    const soon = await dueIn(4_000);
    await dueIn(60_000);
    const due = await findDueDeliveries(test.database, { aheadMs: 5_000, limit: 10 });
    expect(due).toMatchObject([{ delivery_id: soon.delivery_id, attempt: 2 }]);
    expect(due[0]?.delay_ms).toBeGreaterThan(2_000);
    expect(due[0]?.delay_ms).toBeLessThanOrEqual(4_000);
  });

  it('lists the most overdue first and no more than the limit', async () => {
    const [late, latest, fresh] = [await dueIn(-10_000), await dueIn(-20_000), await dueIn(0)];
    const due = await findDueDeliveries(test.database, { aheadMs: 0, limit: 2 });
    expect(due.map((row) => row.delivery_id)).toEqual([latest.delivery_id, late.delivery_id]);
    const all = await findDueDeliveries(test.database, { aheadMs: 0, limit: 10 });
    expect(all.map((row) => row.delivery_id)).toEqual([latest.delivery_id, late.delivery_id, fresh.delivery_id]);
  });

  it('lists nothing that has ended', async () => {
    const [succeeded, dead, cancelled] = [await aDelivery(), await aDelivery(), await aDelivery()];
    await recordAttempts(test.database, [anAttempt(succeeded), anAttempt(dead, { status: 'dead' })]);
    await cancelDelivery(test.database, cancelled, 'endpoint_deleted');
    expect(await findDueDeliveries(test.database, { aheadMs: 1_000_000, limit: 10 })).toEqual([]);
  });

  it('changes nothing by listing: the next look lists the same', async () => {
    await aDelivery();
    const look = () => findDueDeliveries(test.database, { aheadMs: 0, limit: 10 });
    expect(await look()).toEqual(await look());
  });
});
