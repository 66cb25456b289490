import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { createTestDatabase, insertTenant, type TestDatabase } from '../testing/index.js';
import { deleteOldReplays } from './old-replays.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('replays are deleted once they have been over for as long as deliveries are kept, and running ones never', async () => {
  const tenantId = await insertTenant(test.database);
  const insert = async (status: string, daysAgo: number) => {
    const id = newUuid();
    await test.database.query({
      text: `INSERT INTO replays (id, tenant_id, mode, status, statuses, until, matched, updated_at)
        VALUES ($1, $2, 'live', $3, '{dead}', now(), 0, now() - make_interval(days => $4))`,
      values: [id, tenantId, status, daysAgo],
    });
    return id;
  };
  await insert('completed', 31);
  await insert('cancelled', 31);
  const left = [await insert('running', 31), await insert('completed', 29)];
  await deleteOldReplays(test.database, 30);
  const rows = await test.database.query<{ id: string }>({ text: 'SELECT id FROM replays ORDER BY id', values: [] });
  expect(rows.map((row) => row.id)).toEqual(left);
});
