import { migrateUp } from '@switchboard/db';
import { createDatabaseIfMissing, runAsAdmin, serverVersion, withDatabase } from '@switchboard/local/servers/databases';
import { startPostgres } from '@switchboard/local/servers/postgres';
import { makeThrowAwayFolder } from '@switchboard/local/servers/reachable';
import { anyFreePort } from '@switchboard/local/stack/ports';
import { randomBytes } from 'node:crypto';

export interface BenchDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A PostgreSQL as in production (fsync on, every setting its default), and migrated databases on it. */
export interface BenchServers {
  postgresVersion: string;
  postgresPid: number;
  /** For files of this run; deleted with the server, also where this process is killed. */
  folder: string;
  newDatabase(): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

const TEMPLATE = 'bench_template';

export async function startBenchServers(): Promise<BenchServers> {
  const folder = makeThrowAwayFolder('switchboard-bench-');
  const server = await startPostgres({
    dataDir: `${folder}/postgres`,
    port: await anyFreePort(),
    password: randomBytes(24).toString('base64url'),
    durable: true,
    logFile: `${folder}/postgres.log`,
    removeOnStop: folder,
  });
  try {
    await createDatabaseIfMissing(server.adminUrl, TEMPLATE);
    await migrateUp(withDatabase(server.adminUrl, TEMPLATE));
    return {
      postgresVersion: await serverVersion(server.adminUrl),
      postgresPid: server.pid,
      folder,
      newDatabase: () => newDatabase(server.adminUrl),
      stop: server.stop,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** With the disk at rest: what the scenario before has left to write must not be written during this one. */
async function newDatabase(adminUrl: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  await runAsAdmin(adminUrl, [`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`, 'CHECKPOINT']);
  return {
    url: withDatabase(adminUrl, name),
    drop: () => runAsAdmin(adminUrl, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]),
  };
}
