import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadDeliveries, type DeliveryToAttempt, type Executor } from '@switchboard/db';
import {
  createTestDatabase,
  insertTenant,
  makeDelivery,
  type MadeDelivery,
  type TestDatabase,
} from '@switchboard/db/testing';
import { until } from '@switchboard/queue/testing';
import { createTestLog } from '../testing/log.js';
import { createEndpointHealth, type EndpointHealth } from './endpoint-health.js';

let test: TestDatabase;
let tenantId: string;
let writes: number;
let health: EndpointHealth;
let made: MadeDelivery;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());
beforeEach(async () => {
  writes = 0;
  made = await makeDelivery(test.database, { tenant_id: tenantId });
  health = aHealth(countingOn(test.database), 20);
});
afterEach(() => health.stop());

function countingOn(database: Executor): Executor {
  return {
    ...database,
    query: (statement) => {
      writes += 1;
      return database.query(statement);
    },
  };
}

function aHealth(database: Executor, writeIntervalMs?: number): EndpointHealth {
  return createEndpointHealth({
    database,
    log: createTestLog().log,
    ...(writeIntervalMs !== undefined && { writeIntervalMs }),
  });
}

async function load(delivery = made): Promise<DeliveryToAttempt> {
  const [loaded] = await loadDeliveries(test.database, [delivery]);
  return loaded as DeliveryToAttempt;
}

const failingSince = async (delivery = made) => (await load(delivery)).failing_since;

describe('the health of an endpoint', () => {
  it('is the time of its first failed attempt, until one succeeds', async () => {
    const first = await load();
    health.observe(first, false);
    await until('the failure is written', async () => (await failingSince()) !== null);
    expect(await failingSince()).toEqual(first.database_time);

    health.observe(await load(), true);
    await until('the success is written', async () => (await failingSince()) === null);
  });

  it('costs no write while the row says it already', async () => {
    health.observe(await load(), true);
    await health.stop();
    expect(writes).toBe(0);

    health.observe(await load(), false);
    await health.stop();
    expect(writes).toBe(1);
    health.observe(await load(), false);
    await health.stop();
    expect(writes).toBe(1);
  });

  it('is written once an interval, however often it changes, and as it was last', async () => {
    const slow = aHealth(countingOn(test.database), 60_000);
    const delivery = await load();
    for (let attempt = 0; attempt < 1_000; attempt += 1) slow.observe(delivery, attempt % 2 === 0);
    await slow.stop();
    expect(writes).toBe(1);
    expect(await failingSince()).toEqual(delivery.database_time);
  });

  it('is written for all endpoints together', async () => {
    const others = [made, await makeDelivery(test.database, { tenant_id: tenantId })];
    const slow = aHealth(countingOn(test.database), 60_000);
    for (const delivery of others) slow.observe(await load(delivery), false);
    await slow.stop();
    expect(writes).toBe(1);
    for (const delivery of others) expect(await failingSince(delivery)).not.toBeNull();
  });

  it('takes account of what was written after a delivery was loaded', async () => {
    const loadedBefore = await load();
    health.observe(loadedBefore, false);
    await until('the failure is written', async () => (await failingSince()) !== null);
    // Loaded while the row said nothing of a failure, and ends now.
    health.observe(loadedBefore, true);
    await until('the success is written', async () => (await failingSince()) === null);
  });

  it('fails no attempt where it cannot be written, and is written by the next one', async () => {
    let isDown = true;
    const flaky: Executor = {
      ...test.database,
      query: (statement) => (isDown ? Promise.reject(new Error('down')) : test.database.query(statement)),
    };
    const unlucky = aHealth(flaky, 60_000);
    unlucky.observe(await load(), false);
    await unlucky.stop();
    expect(await failingSince()).toBeNull();
    isDown = false;
    unlucky.observe(await load(), false);
    await unlucky.stop();
    expect(await failingSince()).not.toBeNull();
  });
});
