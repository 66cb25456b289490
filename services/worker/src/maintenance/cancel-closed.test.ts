import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import {
  createTestDatabase,
  insertTenant,
  makeDelivery,
  stateOf,
  type MadeDelivery,
  type TestDatabase,
} from '@switchboard/db/testing';
import { until } from '@switchboard/queue/testing';
import { createTestLog } from '../testing/log.js';
import { startCancelClosed } from './cancel-closed.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

async function closedWith(assignment: string, waiting = 0): Promise<MadeDelivery> {
  const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
  await test.database.query({
    text: `INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type)
      SELECT id, $1, delivery_id_for(id), $2, 'live', 'test.made'
      FROM (SELECT delivery_id_for($3) AS id FROM generate_series(1, $4::int)) AS made`,
    values: [delivery.endpoint_id, tenantId, newUuid(), waiting],
  });
  await test.database.query({
    text: `UPDATE webhook_endpoints SET ${assignment} WHERE id = $1`,
    values: [delivery.endpoint_id],
  });
  return delivery;
}

async function pendingOf({ endpoint_id }: MadeDelivery): Promise<number> {
  const [row] = await test.database.query<{ count: number }>({
    text: `SELECT count(*) FROM deliveries WHERE endpoint_id = $1 AND status = 'pending'`,
    values: [endpoint_id],
  });
  return row?.count ?? 0;
}

async function runUntil(what: string, done: () => Promise<boolean>, loopCount = 1) {
  const { log, lines } = createTestLog();
  const loops = Array.from({ length: loopCount }, () =>
    startCancelClosed({ database: test.database, log, sweepIntervalMs: 50, attemptTimeoutMs: 1_000 }),
  );
  try {
    await until(what, done);
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()));
  }
  return lines;
}

describe('what is owed to closed endpoints', () => {
  it('is cancelled with the reason and without an attempt; what is owed to open ones is not', async () => {
    const deleted = await closedWith(`deleted_at = now() - interval '1 minute'`);
    const off = await closedWith(`enabled = false, disabled_at = now() - interval '1 minute'`);
    const open = await closedWith('enabled = true');
    await runUntil('both are cancelled', async () => (await pendingOf(deleted)) + (await pendingOf(off)) === 0);
    expect(await stateOf(test.database, deleted)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'endpoint_deleted',
      attempt_count: 0,
    });
    expect(await stateOf(test.database, off)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'endpoint_disabled',
      attempt_count: 0,
    });
    expect(await stateOf(test.database, open)).toMatchObject({ status: 'pending' });
  });

  it('is cancelled once and to the last one, though there are many batches and two workers', async () => {
    const deleted = await closedWith(`deleted_at = now() - interval '1 minute'`, 12_345);
    const lines = await runUntil('all are cancelled', async () => (await pendingOf(deleted)) === 0, 2);
    const counts = lines.map((line) => line.deliveries as number);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12_346);
  });
});
