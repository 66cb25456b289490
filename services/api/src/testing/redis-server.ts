import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './ports.js';
import { waitFor } from './waiting.js';

/** A Redis of one test's own, to be killed, frozen and misconfigured. */
export interface OwnRedis {
  readonly url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Kills it and removes its files; belongs in afterAll. */
  dispose(): Promise<void>;
}

const binary = findOnPath('redis-server') ?? findOnPath('valkey-server');

/** Whether this machine can start a Redis; `npm test` says so in its last lines where it cannot. */
export const canStartRedis = binary !== undefined;

export async function startOwnRedis(
  args: string[] = ['--maxmemory-policy', 'noeviction', '--appendonly', 'yes'],
): Promise<OwnRedis> {
  const port = await freePort();
  const dir = mkdtempSync(path.join(process.env.SWITCHBOARD_TEST_FOLDER ?? os.tmpdir(), 'api-redis-'));
  let server: ChildProcess | undefined;
  const start = async () => {
    const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
    server = spawn(binary as string, [...fixed, ...args], { stdio: 'ignore' });
    await waitFor('Redis answers', () => answersPing(port));
  };
  const kill = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  await start().catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    dispose: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('PING\r\n'));
    const answer = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once('data', (chunk: Buffer) => answer(/^(\+PONG|-NOAUTH)/.test(chunk.toString())));
    socket.once('error', () => answer(false));
  });
}

function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
