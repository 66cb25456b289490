import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { claimEventKeys, insertEvents } from '@switchboard/db';
import {
  anEvent,
  createTestDatabase,
  insertEndpoint,
  insertTenant,
  uuidAt,
  type TestDatabase,
} from '@switchboard/db/testing';
import { until } from '@switchboard/queue/testing';
import { newUuid } from '@switchboard/shared';
import { createTestLog } from '../testing/log.js';
import { startUpkeep } from './upkeep.js';

const DAY_MS = 86_400_000;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

/** One run, which upkeep makes as soon as it starts. */
async function runOnce() {
  const alarms: boolean[] = [];
  const log = createTestLog();
  const loop = startUpkeep({
    database: test.database,
    log: log.log,
    onDefaultPartition: (holdsRows) => alarms.push(holdsRows),
  });
  await until('it ran', () => alarms.length > 0);
  await loop.stop();
  return { alarms, lines: log.lines };
}

it('upkeep makes partitions for a week ahead, so that a worker may be down over a long weekend', async () => {
  await runOnce();
  const inAWeek = new Date(Date.now() + 7 * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const rows = await test.database.query({
    text: 'SELECT to_regclass($1) IS NOT NULL AS found',
    values: [`deliveries_${inAWeek}`],
  });
  expect(rows).toEqual([{ found: true }]);
});

it('upkeep raises the alarm where rows had no partition of their own', async () => {
  expect((await runOnce()).alarms).toEqual([false]);
  await insertEvents(test.database, [anEvent({ tenant_id: tenantId, id: uuidAt(Date.now() + 30 * DAY_MS) })]);
  const { alarms, lines } = await runOnce();
  expect(alarms).toEqual([true]);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', msg: expect.stringContaining('default partition') }),
  );
});

it('upkeep forgets idempotency keys after a day and not before', async () => {
  const claim = (key: string) => ({ tenant_id: tenantId, key, event_id: newUuid(), fingerprint: Buffer.from('x') });
  await claimEventKeys(test.database, [claim('fresh'), claim('old')]);
  await test.database.query({
    text: `UPDATE event_idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'old'`,
    values: [],
  });
  await runOnce();
  const rows = await test.database.query({ text: 'SELECT key FROM event_idempotency_keys', values: [] });
  expect(rows).toEqual([{ key: 'fresh' }]);
});

it('upkeep wipes the old secret of a rotation once its overlap has ended', async () => {
  const ids = [
    await insertEndpoint(test.database, { tenant_id: tenantId }),
    await insertEndpoint(test.database, { tenant_id: tenantId }),
  ];
  await test.database.query({
    text: `
      UPDATE webhook_endpoints SET previous_secret_sealed = 'old', previous_secret_expires_at = now() + left_over
      FROM unnest($1::uuid[], ARRAY[interval '-1 second', interval '1 hour']) AS given (endpoint_id, left_over)
      WHERE id = endpoint_id`,
    values: [ids],
  });
  await runOnce();
  await until('the expired one is wiped', async () => {
    const rows = await test.database.query<{ id: string }>({
      text: 'SELECT id FROM webhook_endpoints WHERE previous_secret_sealed IS NOT NULL',
      values: [],
    });
    return rows.length === 1 && rows[0]?.id === ids[1];
  });
});
