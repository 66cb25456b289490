import { migrateUp } from '@switchboard/db';
import { signalIfAlive } from '@switchboard/local/processes';
import { createDatabaseIfMissing, withDatabase } from '@switchboard/local/servers/databases';
import { startPostgres, type PostgresOptions } from '@switchboard/local/servers/postgres';
import { makeThrowAwayFolder } from '@switchboard/local/servers/reachable';
import { anyFreePort } from '@switchboard/local/stack/ports';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';

/** A PostgreSQL of one run's own that may be broken: durable as in production, so that what it committed survives. */
export interface PostgresUnderFault {
  /** Of its migrated database. */
  readonly url: string;
  /** An orderly shutdown: connections are cut, new ones refused. */
  stop(): Promise<void>;
  /** SIGKILL: what was not committed is gone, and it recovers from its log when it starts again. */
  kill(): Promise<void>;
  /** Starts it on the same port and data, after stop() or kill(). */
  start(): Promise<void>;
  /** Ends it, and deletes its data. */
  dispose(): Promise<void>;
}

const DATABASE = 'faults';

export async function startPostgresUnderFault(): Promise<PostgresUnderFault> {
  const folder = makeThrowAwayFolder('switchboard-faults-');
  const options: PostgresOptions = {
    dataDir: `${folder}/postgres`,
    port: await anyFreePort(),
    password: randomBytes(24).toString('base64url'),
    durable: true,
    logFile: `${folder}/postgres.log`,
  };
  let server = await startPostgres(options);
  const url = withDatabase(server.adminUrl, DATABASE);
  await createDatabaseIfMissing(server.adminUrl, DATABASE);
  await migrateUp(url);
  return {
    url,
    stop: () => server.stop(),
    kill: async () => {
      signalIfAlive(server.pid, 'SIGKILL');
      await server.ended;
    },
    start: async () => {
      server = await startPostgres(options);
    },
    dispose: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
