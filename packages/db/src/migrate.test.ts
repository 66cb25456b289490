import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkReadiness } from './readiness.js';
import { migrateDown, migrateUp, migrationStatus } from './migrate.js';
import { MIGRATIONS } from './migrations/index.js';
import { createTestDatabase, insertTenant, makeDelivery, type TestDatabase } from './testing/index.js';

const ALL = [...MIGRATIONS.keys()];

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.query({ text: 'DROP SCHEMA public CASCADE', values: [] });
  await test.database.query({ text: 'CREATE SCHEMA public', values: [] });
});
afterAll(() => test.drop());

/** What the migrations themselves made, without knex' own two tables. */
async function objectsLeft(): Promise<string[]> {
  const rows = await test.database.query<{ name: string }>({
    text: `
      SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'migrations%'
      UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
    values: [],
  });
  return rows.map((row) => row.name);
}

const readiness = () => checkReadiness({ database: test.database, queueIsReady: () => true });

describe('migrations on an empty database', () => {
  it('are all pending at first, and the service says it is not ready', async () => {
    expect(await migrationStatus(test.url)).toEqual({ applied: [], pending: ALL });
    expect(await readiness()).toEqual({
      status: 'unavailable',
      checks: { postgres: 'ok', migrations: 'pending', queue: 'ok' },
    });
  });

  it('go up, down to nothing left behind, and up again', async () => {
    expect(await migrateUp(test.url)).toEqual(ALL);
    expect(await migrationStatus(test.url)).toEqual({ applied: ALL, pending: [] });

    for (const name of ALL.toReversed()) expect(await migrateDown(test.url)).toEqual([name]);
    expect(await migrateDown(test.url)).toEqual([]);
    expect(await objectsLeft()).toEqual([]);

    expect(await migrateUp(test.url)).toEqual(ALL);
    expect(await migrateUp(test.url)).toEqual([]);
    const tenantId = await insertTenant(test.database);
    expect(await makeDelivery(test.database, { tenant_id: tenantId })).toMatchObject({
      delivery_id: expect.any(String),
    });
  });

  it('may be started by several processes at once: one does the work', async () => {
    for (const name of ALL.toReversed()) expect(await migrateDown(test.url)).toEqual([name]);
    const results = await Promise.allSettled([migrateUp(test.url), migrateUp(test.url)]);
    expect(results.filter((result) => result.status === 'fulfilled').length).toBeGreaterThan(0);
    expect(await migrationStatus(test.url)).toEqual({ applied: ALL, pending: [] });
  });
});

describe('readiness', () => {
  it('is ok with migrations done, and only degraded while the queue is down', async () => {
    expect((await readiness()).status).toBe('ok');
    const degraded = await checkReadiness({ database: test.database, queueIsReady: () => false });
    expect(degraded).toEqual({ status: 'degraded', checks: { postgres: 'ok', migrations: 'ok', queue: 'down' } });
  });
});
