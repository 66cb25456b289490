import knexModule, { type Knex } from 'knex';
import { MIGRATIONS } from './migrations/index.js';

export interface MigrationStatus {
  applied: string[];
  pending: string[];
}

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve([...MIGRATIONS.keys()]),
  getMigrationName: (name) => name,
  getMigration: (name) => {
    const migration = MIGRATIONS.get(name);
    if (!migration) throw new Error(`There is no migration ${name}.`);
    return Promise.resolve(migration);
  },
};

/** Knex prints errors to standard output besides throwing them, with a stack, and so into the CLI's JSON. */
const ignore = () => undefined;
const SILENCE: Knex.Logger = { warn: ignore, error: ignore, deprecate: ignore, debug: ignore };

async function withKnex<T>(databaseUrl: string, work: (knex: Knex) => Promise<T>): Promise<T> {
  const knex = knexModule({
    client: 'pg',
    connection: { connectionString: databaseUrl, application_name: 'switchboard-migrate' },
    pool: { min: 0, max: 2 },
    migrations: { migrationSource, tableName: 'migrations' },
    log: SILENCE,
  });
  try {
    return await work(knex);
  } finally {
    await knex.destroy();
  }
}

/** Applies what is pending, each migration in a transaction, guarded against two at once. @returns the names applied */
export function migrateUp(databaseUrl: string): Promise<string[]> {
  return withKnex(databaseUrl, async (knex) => {
    const [, names] = (await knex.migrate.latest()) as [number, string[]];
    return names;
  });
}

/** Takes the newest migration back. @returns its name, or nothing where none was applied */
export function migrateDown(databaseUrl: string): Promise<string[]> {
  return withKnex(databaseUrl, async (knex) => {
    const [, names] = (await knex.migrate.down()) as [number, string[]];
    return names;
  });
}

export function migrationStatus(databaseUrl: string): Promise<MigrationStatus> {
  return withKnex(databaseUrl, async (knex) => {
    const exists = await knex.schema.hasTable('migrations');
    const rows = exists ? await knex<{ name: string }>('migrations').select('name').orderBy('id') : [];
    const applied = rows.map((row) => row.name);
    return { applied, pending: [...MIGRATIONS.keys()].filter((name) => !applied.includes(name)) };
  });
}
