import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../failure.js';
import type { CommandHostOptions, CommandReady } from '../hosts/command-host.js';
import { isAlive, signalIfAlive } from '../processes.js';
import { anyFreePort } from '../stack/ports.js';
import { waitUntil } from '../waiting.js';
import { startHostProcess, type HostProcess } from './host-process.js';
import { findRedisBinary } from './redis-binary.js';

export interface RedisOptions {
  /** A free one where none is given. */
  port?: number;
  /** Where it keeps its files; a temporary folder where none is given. */
  dir?: string;
  /** Whether it keeps an append-only file, so that a killed server loses at most a second. Default false. */
  appendOnly?: boolean;
  /** Further arguments of redis-server, which win over ours. */
  args?: string[];
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  /** Of the running server, or of the last one. */
  readonly pid: number;
  /** Ends it as SIGTERM does: what must be saved is saved. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port and folder, after stop() or kill(), or stops it first. */
  restart(): Promise<void>;
}

const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 15_000;

/** Starts a Redis on 127.0.0.1 that ends with this process, however that ends. @throws Failure */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const binary = await findRedisBinary({ install: false });
  if (binary.path === undefined) throw new Failure(`Redis could not be started: ${binary.reason}.`);
  const command = binary.path;
  const port = options.port ?? (await anyFreePort());
  const dir = options.dir ?? mkdtempSync(path.join(process.env.SWITCHBOARD_TEST_FOLDER ?? os.tmpdir(), 'redis-'));
  const start = () => startOnce(command, port, dir, options);

  let host = await start();
  const pid = () => host.ready.pid;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    get pid() {
      return pid();
    },
    stop: () => host.stop(),
    kill: async () => {
      signalIfAlive(pid(), 'SIGKILL');
      await host.ended;
    },
    pause: () => signalIfAlive(pid(), 'SIGSTOP'),
    resume: () => signalIfAlive(pid(), 'SIGCONT'),
    restart: async () => {
      await host.stop();
      host = await start();
    },
  };
}

async function startOnce(
  command: string,
  port: number,
  dir: string,
  options: RedisOptions,
): Promise<HostProcess<CommandReady>> {
  const host = await startHostProcess<CommandHostOptions, CommandReady>({
    module: 'command-host',
    name: 'Redis',
    options: { command, args: argumentsFor(port, dir, options), cwd: dir },
    startTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  const { pid } = host.ready;
  const isReady = await waitUntil(async () => ((await answersPing(port)) || !isAlive(pid) ? true : undefined), {
    timeoutMs: READY_TIMEOUT_MS,
    everyMs: 20,
  });
  if (isReady && isAlive(pid)) return host;
  await host.stop();
  throw (
    (await host.ended) ?? new Failure(`Redis did not answer on port ${port} within ${READY_TIMEOUT_MS / 1000} seconds.`)
  );
}

function argumentsFor(port: number, dir: string, { appendOnly = false, args = [] }: RedisOptions): string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--daemonize', 'no', '--save', ''],
    ...['--appendonly', appendOnly ? 'yes' : 'no', '--appendfsync', 'everysec'],
    // With any other policy a full Redis drops jobs without an error (measured.md).
    ...['--maxmemory-policy', 'noeviction'],
    ...args,
  ];
}

/** While Redis loads its file it answers, but with -LOADING. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('PING\r\n'));
    const answer = (isUp: boolean): void => {
      socket.destroy();
      resolve(isUp);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once('data', (chunk: Buffer) => answer(/^(\+PONG|-NOAUTH)/.test(chunk.toString())));
    socket.once('error', () => answer(false));
  });
}
