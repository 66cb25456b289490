import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { migrateDown, migrateUp, migrationStatus } from '../migrate.js';
import { createTestDatabase, insertTenant, type TestDatabase } from '../testing/index.js';
import { writeAudit } from './audit-log.js';
import { verifyAuditChain } from './verify-audit.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  while ((await migrationStatus(test.url)).applied.includes('0005-portal-data')) await migrateDown(test.url);
});
afterAll(() => test.drop());

function insertOld(tenantId: string, action: string): Promise<unknown[]> {
  return test.database.query({
    text: `
      INSERT INTO audit_log (id, tenant_id, mode, actor_kind, action, target_kind, after)
      VALUES ($1, $2, 'live', 'platform', $3, 'webhook_endpoint', '{"was":  "written before"}')`,
    values: [newUuid(), tenantId, action],
  });
}

it('entries of before are chained in their order, and new ones go on from there', async () => {
  const one = await insertTenant(test.database);
  const two = await insertTenant(test.database);
  for (const action of ['a.one', 'a.two', 'a.three']) {
    await insertOld(one, action);
    await insertOld(two, action);
  }
  await migrateUp(test.url);
  await writeAudit(test.database, {
    ...{ tenant_id: one, mode: null, actor: { kind: 'portal_link', id: newUuid() } },
    ...{ action: 'a.four', target: { kind: 'tenant', id: one } },
  });
  expect(await verifyAuditChain(test.database, one)).toMatchObject({ entries: 4, broken: null });
  expect(await verifyAuditChain(test.database, two)).toMatchObject({ entries: 3, broken: null });
  const rows = await test.database.query<{ action: string }>({
    text: 'SELECT action FROM audit_log WHERE tenant_id = $1 ORDER BY sequence',
    values: [one],
  });
  expect(rows.map(({ action }) => action)).toEqual(['a.one', 'a.two', 'a.three', 'a.four']);
});
