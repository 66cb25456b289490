import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.js';
import type { FromHost, ToHost } from '../hosts/host.js';
import { settlesWithin } from '../waiting.js';

export interface HostProcess<Ready> {
  ready: Ready;
  /** Settles when the server under the host has ended; with a Failure where nobody asked for it. */
  ended: Promise<Failure | undefined>;
  stop: () => Promise<void>;
}

interface HostProcessOptions<Options> {
  /** The host's module, by its name under `hosts/`. */
  module: 'postgres-host' | 'command-host' | 'databases-host';
  /** What the server is called in an error: "PostgreSQL". */
  name: string;
  options: Options;
  startTimeoutMs: number;
  stopTimeoutMs: number;
}

/**
 * Starts a host and its server, and waits until the host says that the server is ready. The host does not keep this
 * process alive. @throws Failure with the server's last lines
 */
export async function startHostProcess<Options, Ready>(
  wanted: HostProcessOptions<Options>,
): Promise<HostProcess<Ready>> {
  // Hosts run compiled also when this module runs from its sources under jest.
  const modulePath = fileURLToPath(new URL(`../../dist/hosts/${wanted.module}.js`, import.meta.url));
  const child = fork(modulePath, [], { detached: true, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4_000)));

  const { started, ended } = listen<Ready>(child, wanted.name, () => stderr);
  child.send({ type: 'start', options: wanted.options } satisfies ToHost<Options>);
  const inTime = await settlesWithin(started, wanted.startTimeoutMs);
  const outcome = inTime
    ? await started
    : new Failure(`${wanted.name} was not ready within ${wanted.startTimeoutMs / 1000} seconds.`);
  if (outcome instanceof Failure) {
    child.kill('SIGTERM');
    throw outcome;
  }
  letGo(child);
  return { ready: outcome.ready, ended, stop: () => stopHost(child, ended, wanted) };
}

function listen<Ready>(child: ChildProcess, name: string, stderr: () => string) {
  let failure: Failure | undefined;
  const started = new Promise<{ ready: Ready } | Failure>((resolve) => {
    child.on('message', (message: FromHost<Ready>) => {
      if (message.type === 'ready') return resolve({ ready: message.ready });
      failure = new Failure(`${name} ${message.message}`, message.lastLines);
      resolve(failure);
    });
    child.once('error', (error) => resolve(new Failure(`${name} could not be started: ${error.message}`)));
    child.once('exit', () => resolve(failure ?? unexpectedEnd(name, stderr())));
  });
  const ended = new Promise<Failure | undefined>((resolve) => {
    child.once('exit', (code) => resolve(code === 0 ? undefined : (failure ?? unexpectedEnd(name, stderr()))));
  });
  return { started, ended };
}

function unexpectedEnd(name: string, stderr: string): Failure {
  const lines = stderr.split('\n').filter(Boolean).slice(-10);
  return new Failure(`The process that looks after ${name} ended unexpectedly.`, lines);
}

/** Neither the child nor its channels may keep a launcher alive that has nothing else to do. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as unknown as { unref(): void } | null)?.unref();
}

async function stopHost(
  child: ChildProcess,
  ended: Promise<unknown>,
  wanted: HostProcessOptions<unknown>,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  if (child.connected) child.send({ type: 'stop' } satisfies ToHost<unknown>);
  const timer = setTimeout(() => child.kill('SIGKILL'), wanted.stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}
