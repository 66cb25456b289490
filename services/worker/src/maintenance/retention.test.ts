import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aSubscriber,
  createTestDatabase,
  dayNameOf,
  deliveredDaysAgo,
  insertTenant,
  makePartitionsSince,
  partitions,
  visibleOf,
  type TestDatabase,
} from '@switchboard/db/testing';
import { until } from '@switchboard/queue/testing';
import { createTestLog } from '../testing/log.js';
import { startRetention } from './retention.js';

const RETENTION_DAYS = 2;

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const holds = async (partition: string) => (await partitions(test.database)).includes(partition);

describe('retention', () => {
  it('drops every day that is past it, says so, and keeps what stays visible', async () => {
    const tenantId = await insertTenant(test.database);
    const to = await aSubscriber(test.database, { tenant_id: tenantId });
    await makePartitionsSince(test.database, RETENTION_DAYS + 2);
    const delivery = await deliveredDaysAgo(test.database, tenantId, to, RETENTION_DAYS + 2);
    const { log, lines } = createTestLog();
    const loop = startRetention({ database: test.database, log, retentionDays: RETENTION_DAYS });
    await until('both days are dropped', async () => !(await holds(`attempts_${dayNameOf(RETENTION_DAYS + 1)}`)));
    await loop.stop();
    expect(lines.map((line) => line.day)).toEqual([dayNameOf(RETENTION_DAYS + 2), dayNameOf(RETENTION_DAYS + 1)]);
    expect(lines[0]).toMatchObject({ msg: 'day dropped', kept_deliveries: 1 });
    expect(await holds(`attempts_${dayNameOf(RETENTION_DAYS)}`)).toBe(true);
    expect(await visibleOf(test.database, to.endpoint_id)).toEqual([delivery.delivery_id]);
  });

  it('comes back to a day that could not be dropped because the tables were in use', async () => {
    await makePartitionsSince(test.database, RETENTION_DAYS);
    const expired = `events_${dayNameOf(RETENTION_DAYS)}`;
    const { log, lines } = createTestLog();
    const options = { database: test.database, log, retentionDays: RETENTION_DAYS - 1, intervalMs: 20 };
    const loop = await test.database.transaction(async (transaction) => {
      await transaction.query({ text: 'SELECT count(*) FROM events', values: [] });
      const started = startRetention(options);
      await until('it gave way', () => lines.some((line) => line.reason === 'tables_in_use'));
      expect(await holds(expired)).toBe(true);
      return started;
    });
    await until('the day is dropped', async () => !(await holds(expired)));
    await loop.stop();
  });
});
