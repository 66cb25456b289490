import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { writeAudit } from '@switchboard/db';
import { createTestDatabase, insertTenant, type TestDatabase } from '@switchboard/db/testing';
import { newUuid, toPublicId } from '@switchboard/shared';
import { killStartedProcesses, runCli } from '../testing/processes.js';

let test: TestDatabase;
let tenantId: string;

const cli = (...words: string[]) => runCli(['audit', 'verify', ...words], { DATABASE_URL: test.url });
const run = (text: string, values: unknown[] = []) => test.database.query<{ id: string }>({ text, values });

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(async () => {
  await killStartedProcesses();
  await test.drop();
});
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
  for (let n = 1; n <= 3; n += 1) {
    await writeAudit(test.database, {
      ...{ tenant_id: tenantId, mode: 'live', actor: { kind: 'platform' }, action: 'api_key.created' },
      ...{ target: { kind: 'api_key', id: newUuid() }, after: { n } },
    });
  }
});

it('proves a whole log with exit code 0, and gives the hash that stands for all of it', async () => {
  const { code, stdout, stderr } = await cli('--tenant', toPublicId('tenant', tenantId), '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    whole: true,
    tenants: [
      {
        tenant_id: toPublicId('tenant', tenantId),
        entries: 3,
        head_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        broken: null,
      },
    ],
  });
});

it('names the first broken entry of each tenant, with exit code 1, and says that the others are whole', async () => {
  const [, entry] = await run('SELECT id FROM audit_log WHERE tenant_id = $1 ORDER BY sequence', [tenantId]);
  const other = await insertTenant(test.database);
  await writeAudit(test.database, {
    ...{ tenant_id: other, mode: null, actor: { kind: 'system' }, action: 'a.b', target: { kind: 'tenant', id: null } },
  });
  expect(await cli()).toMatchObject({ code: 0, stderr: '' });

  await run('ALTER TABLE audit_log DISABLE TRIGGER USER');
  await run(`UPDATE audit_log SET after = '{"n": 4}' WHERE id = $1`, [entry?.id]);
  await run('ALTER TABLE audit_log ENABLE TRIGGER USER');

  const { code, stdout } = await cli();
  expect(code).toBe(1);
  const broken = `BROKEN  ${toPublicId('tenant', tenantId)}: entry 2 (${toPublicId('auditEntry', entry?.id ?? '')})`;
  expect(stdout).toContain(`${broken} is not what was written.\n`);
  expect(stdout).not.toContain(`BROKEN  ${toPublicId('tenant', other)}`);
  expect(await cli('--tenant', toPublicId('tenant', other))).toMatchObject({ code: 0 });

  await run('ALTER TABLE audit_log DISABLE TRIGGER USER');
  await run('DELETE FROM audit_log WHERE tenant_id = $1 AND sequence = 1', [tenantId]);
  await run('ALTER TABLE audit_log ENABLE TRIGGER USER');
  expect((await cli()).stdout).toContain(`${toPublicId('tenant', tenantId)}: entry 1 is missing.\n`);
});

it('refuses what is no id of a tenant', async () => {
  const { code, stderr } = await cli('--tenant', 'key_1');
  expect(code).toBe(1);
  expect(stderr).toContain('tenant: "key_1" is not an id of this kind');
});
