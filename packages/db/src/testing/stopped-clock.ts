import { createDatabase, type Database } from '../database.js';

/**
 * The test's database on connections for which `clock_timestamp()` stands still, so that what is counted over time does
 * not depend on how long the machine takes for a statement. `now()` goes on.
 */
export async function withStoppedClock({ database, url }: { database: Database; url: string }): Promise<Database> {
  await database.query({
    text: `
      DO $$ BEGIN
        CREATE SCHEMA stopped;
        EXECUTE format(
          'CREATE FUNCTION stopped.clock_timestamp() RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN %L::timestamptz', now());
        -- Connections made from now on find this function before PostgreSQL's own.
        EXECUTE format('ALTER DATABASE %I SET search_path = stopped, pg_catalog, public', current_database());
      END $$`,
    values: [],
  });
  return createDatabase({ url, poolSize: 10, applicationName: 'switchboard-test' });
}
