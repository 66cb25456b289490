import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.js';
import { platformToken, TEST_PLATFORM_JWT } from './platform-token.js';
import { waitFor } from './waiting.js';

/** The compiled service, as `npm start` and the images run it; the tests' global set-up compiles it. */
const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

type Env = Record<string, string | undefined>;

interface Running {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  ended: Promise<Ended>;
}

const started = new Set<ChildProcess>();

/** Belongs in afterAll: a test that failed half-way leaves its processes behind. */
export async function killStartedProcesses(): Promise<void> {
  const alive = [...started].filter((child) => child.exitCode === null && child.signalCode === null);
  const ended = alive.map((child) => once(child, 'exit'));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(ended);
}

function startNode(entry: string, args: string[], env: Env): Running {
  // Nothing of this machine's own settings: a DATABASE_URL in the shell must not become part of a test.
  const child = spawn(process.execPath, [path.join(DIST, entry), ...args], { env: { PATH: process.env.PATH, ...env } });
  started.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  return { child, output, ended };
}

/** Runs one command of the CLI to its end, with this on its standard input. */
export function runCli(args: string[], env: Env = {}, input = ''): Promise<Ended> {
  const { child, ended } = startNode('cli/main.js', args, env);
  child.stdin?.end(input);
  return ended;
}

/** Runs the API until it ends by itself, as it does where its configuration is wrong. */
export function runApi(env: Env): Promise<Ended> {
  return startNode('main.js', [], env).ended;
}

export interface ApiProcess {
  url: string;
  port: number;
  /** Standard output and standard error so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, and what came of it. */
  stop(): Promise<Ended>;
  ended: Promise<Ended>;
}

/** What an API process needs besides its database; tokens of platformToken() are valid for it. */
export const PROCESS_SETTINGS = {
  NODE_ENV: 'test',
  API_HOST: '127.0.0.1',
  ENCRYPTION_KEYS: `t1:${Buffer.alloc(32, 7).toString('base64')}`,
  PLATFORM_JWT_SECRET: TEST_PLATFORM_JWT.verificationKey,
};

/** Starts the API as a process of its own, and waits until it answers. */
export async function startApiProcess(env: Env): Promise<ApiProcess> {
  const port = await freePort();
  const { child, output, ended } = startNode('main.js', [], { ...PROCESS_SETTINGS, API_PORT: String(port), ...env });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
  await waitFor(`the API answers; it said: ${output.stderr}`, async () => child.exitCode !== null || (await answers()));
  return {
    url,
    port,
    output: () => output.stdout + output.stderr,
    signal: (name) => void child.kill(name),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    ended,
  };
}

/** Publishes one event to an API process. @returns the answer's status */
export async function publishTo(api: ApiProcess, tenantId: string): Promise<number> {
  const event = { tenant_id: tenantId, event: 'invoice.paid', data: {} };
  return (await post(`${api.url}/platform/v1/events`, platformToken(), event)).status;
}

/** Books one appointment with an API process. @returns the answer's status */
export async function bookWith(api: ApiProcess, key: string): Promise<number> {
  const booking = { customer: { name: 'Ada' }, starts_at: '2030-05-01T09:00:00Z' };
  return (await post(`${api.url}/api/v1/appointments`, key, booking)).status;
}

function post(url: string, bearer: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}`, Connection: 'close' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}
