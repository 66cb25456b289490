import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandLineOf, isAlive } from '../processes.js';
import { makeFolder } from '../servers/reachable.js';
import type { Exit } from '../servers/service-process.js';
import { REPOSITORY } from '../stack/folder.js';
import { anyFreePort } from '../stack/ports.js';
import { waitUntil } from '../waiting.js';

const START = path.join(REPOSITORY, 'infra/local/dist/start.js');
/** A test run that is killed must not leave its stacks behind. */
const DIE_WITH_PARENT = new URL('../../dist/hosts/die-with-parent.js', import.meta.url).href;
const LONG_ENOUGH_MS = 60_000;

export interface StackUnderTest {
  pid: number;
  output(): string;
  /** Waits until the output has this text. */
  says(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
}

/** A folder for one stack that PostgreSQL can reach also when the tests run as root. */
export function newStackFolder(name: string): string {
  const folder = path.join(process.env.SWITCHBOARD_TEST_FOLDER ?? '', `${name}-${process.pid}-${Date.now()}`);
  return makeFolder(folder);
}

/** Really runs `npm start`'s program, as a terminal would, on ports of its own. */
export function startStack(folder: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<StackUnderTest> {
  return startNode(folder, [START, ...args], env);
}

/** Runs it as npm does, under a shell that stays in between. The process of the handle is npm's. */
export function startStackUnderNpm(folder: string): Promise<StackUnderTest> {
  const command = JSON.stringify(`"${process.execPath}" "${START}"; true`);
  const npm = `require('node:child_process').spawn('sh', ['-c', ${command}], { stdio: 'inherit' })`;
  return startNode(folder, ['-e', npm], { npm_lifecycle_event: 'start' });
}

async function startNode(folder: string, args: string[], env: NodeJS.ProcessEnv): Promise<StackUnderTest> {
  const child = spawn(process.execPath, ['--import', DIE_WITH_PARENT, ...args], {
    env: { ...(await environment()), STACK_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    signal: (signal) => child.kill(signal),
    exited,
    says: async (text) => {
      const isOver = () => child.exitCode !== null || child.signalCode !== null;
      const seen = await waitUntil(() => (output.includes(text) || isOver() ? true : undefined), {
        timeoutMs: LONG_ENOUGH_MS,
      });
      if (!seen || !output.includes(text)) throw new Error(`The stack never said "${text}". It said:\n${output}`);
    },
  };
}

async function environment(): Promise<NodeJS.ProcessEnv> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, npm_lifecycle_event: _npm, ...env } = process.env;
  const ports = [await anyFreePort(), await anyFreePort(), await anyFreePort()].map(String);
  return { ...env, API_PORT: ports[0], WORKER_PORT: ports[1], PG_PORT: ports[2] };
}

/**
 * Every process that belongs to the stack in this folder: services and hosts have STACK_DIR in their environment,
 * PostgreSQL has the folder on its command line. The launcher's own is among them while it lives.
 */
export function processesOf(folder: string): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => pid !== process.pid && isAlive(pid) && mentions(pid, folder));
}

function mentions(pid: number, folder: string): boolean {
  if (commandLineOf(pid).includes(folder)) return true;
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`STACK_DIR=${folder}`);
  } catch {
    // Another user's, or gone in this moment.
    return false;
  }
}

/** The process id that the stack gave in its line about a service. */
export function pidOf(stack: StackUnderTest, service: 'API' | 'worker'): number {
  return Number(new RegExp(`The ${service} runs as process (\\d+)`).exec(stack.output())?.[1]);
}

/** Waits until no process of the stack is left. @returns those that are still there when the time is over */
export async function orphansOf(folder: string, timeoutMs = 15_000): Promise<number[]> {
  await waitUntil(() => (processesOf(folder).length === 0 ? true : undefined), { timeoutMs });
  return processesOf(folder);
}
