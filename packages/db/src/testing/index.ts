import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase, type Database } from '../database.js';

export * from './deliveries.js';
export * from './fixtures.js';
export * from './locks.js';
export * from './owed.js';
export * from './retention.js';
export * from './replays.js';
export * from './stopped-clock.js';

export interface TestDatabase {
  url: string;
  database: Database;
  drop(): Promise<void>;
}

/**
 * A database of one's own, cloned from the migrated template: a test file sees no other's rows. `drop()` belongs in
 * afterAll; what a killed run leaves is known by the template's name in front, and dropped with it.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = required('SWITCHBOARD_TEST_ADMIN_URL');
  const template = required('SWITCHBOARD_TEST_TEMPLATE');
  const name = `${template}_${randomBytes(8).toString('hex')}`;
  await asAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const database = createDatabase({ url: url.href, poolSize: 10, applicationName: 'switchboard-test' });
  return {
    url: url.href,
    database,
    drop: async () => {
      await database.close();
      await asAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Test files start in parallel, and PostgreSQL copies a template for one at a time: an advisory lock queues them. */
async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('switchboard test databases'))`);
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set: run the tests through "npm test" or "pnpm jest", whose global set-up sets it.`,
    );
  return value;
}
