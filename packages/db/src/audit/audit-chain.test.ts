import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { createTestDatabase, insertTenant, type TestDatabase } from '../testing/index.js';
import { writeAudit, type AuditEntry } from './audit-log.js';
import { auditedTenants, verifyAuditChain, type BrokenEntry } from './verify-audit.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
});

const run = (text: string, values: unknown[] = []) => test.database.query<Record<string, unknown>>({ text, values });

function write(change: Partial<AuditEntry> = {}): Promise<void> {
  return writeAudit(test.database, {
    tenant_id: tenantId,
    mode: 'live',
    actor: { kind: 'user', id: newUuid(), ip: '203.0.113.7' },
    action: 'webhook_endpoint.updated',
    target: { kind: 'webhook_endpoint', id: newUuid() },
    before: { url: 'https://a.example/' },
    after: { url: 'https://b.example/' },
    request_id: 'req-1',
    ...change,
  });
}

async function writeFive(): Promise<string[]> {
  for (let n = 0; n < 5; n += 1) await write({ after: { n } });
  const rows = await run('SELECT id FROM audit_log WHERE tenant_id = $1 ORDER BY sequence', [tenantId]);
  return rows.map(({ id }) => id as string);
}

/** What somebody does who may alter the table. */
async function tamper(statement: string, values: unknown[] = []): Promise<void> {
  await run('ALTER TABLE audit_log DISABLE TRIGGER USER');
  await run(statement, values);
  await run('ALTER TABLE audit_log ENABLE TRIGGER USER');
}

const brokenNow = async (): Promise<BrokenEntry | null> => (await verifyAuditChain(test.database, tenantId)).broken;

describe('the audit log’s chain', () => {
  it('is whole as it is written, whatever text the entries hold', async () => {
    const odd = { text: 'Zoë €\u2028"\\\n 😀 5:abc,-', nested: { list: [1.5e-7, null, true] } };
    await write({ before: odd, after: odd });
    await write({
      mode: null,
      actor: { kind: 'system' },
      target: { kind: 'tenant', id: null },
      before: null,
      after: null,
    });
    await write({ request_id: null, actor: { kind: 'portal_link', id: newUuid(), ip: null } });
    const [head] = await run('SELECT sequence, hash FROM audit_heads WHERE tenant_id = $1', [tenantId]);
    expect(await verifyAuditChain(test.database, tenantId)).toEqual({
      tenant_id: tenantId,
      entries: 3,
      head_hash: (head?.hash as Buffer).toString('hex'),
      broken: null,
    });
    expect(head?.sequence).toBe(3);
  });

  it('stays gapless and whole under fifty writers at once, some of whom roll back', async () => {
    const writers = Array.from({ length: 50 }, (_, n) =>
      test.database.transaction(async (transaction) => {
        await writeAudit(transaction, {
          ...{ tenant_id: tenantId, mode: 'live', actor: { kind: 'platform' as const } },
          ...{ action: 'api_key.created', target: { kind: 'api_key', id: newUuid() }, after: { n } },
        });
        if (n % 10 === 0) throw new Error('changed my mind');
      }),
    );
    const ended = await Promise.allSettled(writers);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(45);
    expect(await verifyAuditChain(test.database, tenantId)).toMatchObject({ entries: 45, broken: null });
    const rows = await run('SELECT sequence FROM audit_log WHERE tenant_id = $1 ORDER BY sequence', [tenantId]);
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 45 }, (_, n) => n + 1));
  });

  it('is one of each tenant: nobody waits for another’s, and each begins with 1', async () => {
    const other = await insertTenant(test.database);
    await test.database.transaction(async (transaction) => {
      await writeAudit(transaction, {
        ...{ tenant_id: tenantId, mode: null, actor: { kind: 'platform' }, action: 'tenant.updated' },
        target: { kind: 'tenant', id: tenantId },
      });
      // While the first is not committed.
      await write({ tenant_id: other });
    });
    expect(await verifyAuditChain(test.database, other)).toMatchObject({ entries: 1, broken: null });
    expect(await auditedTenants(test.database)).toEqual(expect.arrayContaining([tenantId, other]));
  });

  it('refuses to be changed, shortened or emptied', async () => {
    const [id = ''] = await writeFive();
    await expect(run('UPDATE audit_log SET action = $2 WHERE id = $1', [id, 'x.y'])).rejects.toThrow('append-only');
    await expect(run('DELETE FROM audit_log WHERE id = $1', [id])).rejects.toThrow('append-only');
    await expect(run('TRUNCATE audit_log')).rejects.toThrow('append-only');
    expect(await verifyAuditChain(test.database, tenantId)).toMatchObject({ entries: 5, broken: null });
  });
});

describe('the proof names the first entry that is wrong', () => {
  const FIELDS = {
    mode: `'test'`,
    occurred_at: `occurred_at + interval '1 millisecond'`,
    actor_kind: `'platform'`,
    actor_id: 'NULL',
    action: `'webhook_endpoint.created'`,
    target_kind: `'api_key'`,
    target_id: 'gen_random_uuid()',
    before: `'{"url": "https://a.example/"}'`,
    after: 'NULL',
    ip: `'203.0.113.8'`,
    request_id: `'req-2'`,
  };

  it.each(Object.entries(FIELDS))('where %s was altered', async (field, value) => {
    const ids = await writeFive();
    await tamper(`UPDATE audit_log SET ${field} = ${value} WHERE id = $1`, [ids[2]]);
    expect(await brokenNow()).toEqual({ fault: 'altered', sequence: 3, entry_id: ids[2] });
  });

  it('where it was deleted: in the middle, the first, the last', async () => {
    const ids = await writeFive();
    await tamper('DELETE FROM audit_log WHERE id = $1', [ids[4]]);
    expect(await brokenNow()).toEqual({ fault: 'missing', sequence: 5, entry_id: null });
    await tamper('DELETE FROM audit_log WHERE id = $1', [ids[2]]);
    expect(await brokenNow()).toEqual({ fault: 'missing', sequence: 3, entry_id: null });
    await tamper('DELETE FROM audit_log WHERE id = $1', [ids[0]]);
    expect(await brokenNow()).toEqual({ fault: 'missing', sequence: 1, entry_id: null });
  });

  it('where all of a tenant’s entries are gone', async () => {
    await writeFive();
    await tamper('DELETE FROM audit_log WHERE tenant_id = $1', [tenantId]);
    expect(await auditedTenants(test.database)).toContain(tenantId);
    expect(await brokenNow()).toEqual({ fault: 'missing', sequence: 1, entry_id: null });
  });

  it('where two have changed places', async () => {
    const ids = await writeFive();
    await tamper('DROP INDEX audit_log_in_order');
    await tamper('UPDATE audit_log SET sequence = 7 - sequence WHERE id = ANY ($1::uuid[])', [[ids[2], ids[3]]]);
    await run('CREATE UNIQUE INDEX audit_log_in_order ON audit_log (tenant_id, sequence)');
    expect(await brokenNow()).toMatchObject({ fault: 'altered', sequence: 3, entry_id: ids[3] });
  });

  it('where one was altered and given the hash that fits it', async () => {
    const ids = await writeFive();
    await tamper(
      `UPDATE audit_log SET action = 'x.y', hash = audit_entry_hash(previous_hash, sequence, audit_entry_content(
        id, tenant_id, mode, occurred_at, actor_kind, actor_id, 'x.y', target_kind, target_id, before::text, after::text,
        ip, request_id)) WHERE id = $1`,
      [ids[1]],
    );
    expect(await brokenNow()).toEqual({ fault: 'out_of_order', sequence: 3, entry_id: ids[2] });
  });

  it('where one was added behind the last', async () => {
    await writeFive();
    const forged = newUuid();
    await tamper(
      `INSERT INTO audit_log (id, tenant_id, actor_kind, action, target_kind, sequence, previous_hash, hash)
       SELECT $2, tenant_id, 'platform', 'x.y', 'tenant', sequence + 1, hash, hash FROM audit_heads WHERE tenant_id = $1`,
      [tenantId, forged],
    );
    expect(await brokenNow()).toEqual({ fault: 'added', sequence: 6, entry_id: forged });
  });
});
