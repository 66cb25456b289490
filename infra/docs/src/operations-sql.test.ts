import { defaultPartitionsHoldRows, openBreaker, recordAttempts, verifyAuditChain, writeAudit } from '@switchboard/db';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  insertEndpoint,
  insertTenant,
  makeDelivery,
  recordedNumbers,
  stateOf,
  type TestDatabase,
} from '@switchboard/db/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, parseKeyring } from '@switchboard/shared';
import { readText } from './repository.js';
import { codeBlocks, namedBlock } from './testing/markdown.js';

const DOCUMENT = readText('docs/operations.md');
const DAY_MS = 86_400_000;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

/** Runs a block as an operator pastes it into psql. @returns the rows of its last statement that has any */
async function run(name: string, change: (sql: string) => string = (sql) => sql, on = test): Promise<object[]> {
  const results = await on.database.pool.query(change(namedBlock(DOCUMENT, name).code));
  return [results]
    .flat()
    .reduce<object[]>((rows, result) => (result.rows.length > 0 ? (result.rows as object[]) : rows), []);
}

/** A UUIDv7 of a day so far off that no partition of it was made. */
function farOffId(days: number): string {
  const millisecond = (Date.now() + days * DAY_MS).toString(16).padStart(12, '0');
  return `${millisecond.slice(0, 8)}-${millisecond.slice(8)}${newUuid().slice(13)}`;
}

function keyring(...ids: string[]) {
  return parseKeyring(ids.map((id) => `${id}:${Buffer.alloc(32, id).toString('base64')}`).join(','));
}

describe('the SQL of docs/operations.md', () => {
  it('is all run below', () => {
    const names = codeBlocks(DOCUMENT).filter(({ language }) => language === 'sql');
    const here = readText('infra/docs/src/operations-sql.test.ts');
    for (const { name } of names) expect(here).toContain(`run('${name}'`);
  });

  it('tells how many events wait for their fan-out, and for how long', async () => {
    expect(await run('outbox-lag')).toEqual([{ events: 0, oldest_seconds: '0' }]);
  });

  it('tells which deliveries are overdue, and of which endpoint', async () => {
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
    await recordAttempts(test.database, [aFailedAttempt(delivery, 1, -90_000)]);
    const [all] = (await run('overdue')) as [{ deliveries: number; oldest_seconds: string }];
    expect(all.deliveries).toBe(1);
    expect(Number(all.oldest_seconds)).toBeGreaterThanOrEqual(90);
    expect(await run('overdue-by-endpoint')).toEqual([
      { endpoint_id: delivery.endpoint_id, overdue: 1, an_error: 'http_status' },
    ]);
    await recordAttempts(test.database, [anAttempt(delivery, { number: 2 })]);
  });

  it('counts what each encryption key is still needed for', async () => {
    // The endpoints of the other tests hold random bytes where a sealed secret would be.
    const clean = await createTestDatabase();
    const tenant = await insertTenant(clean.database);
    const id = newUuid();
    const [before, after] = [keyring('k1'), keyring('k2', 'k1')];
    await insertEndpoint(clean.database, {
      id,
      tenant_id: tenant,
      secret_sealed: before.encrypt('whsec_', id),
      headers_sealed: after.encrypt('{}', id),
    });
    await insertEndpoint(clean.database, { tenant_id: tenant, secret_sealed: before.encrypt('whsec_', id) });
    const counted = await run('encryption-keys-in-use', (sql) => sql, clean);
    await clean.drop();
    expect(counted).toEqual([
      { key_id: 'k1', values: 2 },
      { key_id: 'k2', values: 1 },
    ]);
  });

  it('tells what holds an endpoint’s deliveries back', async () => {
    const id = await insertEndpoint(test.database, { tenant_id: tenantId, ordering: 'fifo' });
    await openBreaker(test.database, id, 20_000);
    const shown = await run('endpoint-flow', (sql) => sql.replace(/WHERE e.id = '[^']+'/, `WHERE e.id = '${id}'`));
    expect(shown).toMatchObject([{ id, enabled: true, ordering: 'fifo', pause_ms: 20_000, backlog_since: null }]);
  });

  it('tells the hash at a place of the audit log, as the proof gave it', async () => {
    const tenant_id = await insertTenant(test.database);
    await writeAudit(test.database, {
      ...{ tenant_id, mode: null, actor: { kind: 'platform' }, action: 'tenant.updated' },
      target: { kind: 'tenant', id: tenant_id },
    });
    const { head_hash } = await verifyAuditChain(test.database, tenant_id);
    const shown = await run('audit-hash-at', (sql) => sql.replace(/tenant_id = '[^']+'/, `tenant_id = '${tenant_id}'`));
    expect(shown).toEqual([{ hash: head_hash }]);
  });

  it('moves the rows of a default partition into one of their day', async () => {
    const far = makeDelivery(test.database, { tenant_id: tenantId, event: { id: farOffId(40) } });
    const further = makeDelivery(test.database, { tenant_id: tenantId, event: { id: farOffId(41) } });
    const deliveries = await Promise.all([far, further]);
    await recordAttempts(
      test.database,
      deliveries.map((delivery) => aFailedAttempt(delivery, 1)),
    );
    expect(await defaultPartitionsHoldRows(test.database)).toBe(true);

    await run('mend-default-partitions');

    expect(await defaultPartitionsHoldRows(test.database)).toBe(false);
    for (const delivery of deliveries) {
      expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending', attempt_count: 1 });
      expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1]);
    }
  });

  it('tells what each partition takes, of days and of kept rows', async () => {
    const sizes = (await run('partition-sizes')) as { partition: string; bytes: number }[];
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    expect(sizes.map(({ partition }) => partition)).toEqual(
      expect.arrayContaining([`events_${today}`, `deliveries_${today}`, `attempts_${today}`, 'events_default']),
    );
    for (const { bytes } of sizes) expect(bytes).toBeGreaterThan(0);
  });
});
