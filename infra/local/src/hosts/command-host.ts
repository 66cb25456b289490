import { spawn } from 'node:child_process';
import { LastLines } from '../text/last-lines.js';
import { settlesWithin } from '../waiting.js';
import { runHost, type Hosted } from './host.js';

/** A server that is one command, such as redis-server. */
export interface CommandHostOptions {
  command: string;
  args: string[];
  cwd: string;
}

export interface CommandReady {
  pid: number;
}

const STOP_TIMEOUT_MS = 10_000;

function startCommand({ command, args, cwd }: CommandHostOptions): Promise<Hosted<CommandReady>> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const lastLines = new LastLines(15);
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => lastLines.add(chunk.toString()));
  const ended = new Promise<{ message: string; lastLines: string[] }>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ message: `ended unexpectedly (${signal ?? `exit code ${code}`}).`, lastLines: lastLines.lines });
    });
  });
  const stop = async (reason: 'asked' | 'parent gone'): Promise<void> => {
    // A paused process hears nothing but SIGKILL and SIGCONT.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const patienceMs = reason === 'asked' ? STOP_TIMEOUT_MS : 1_000;
    if (!(await settlesWithin(ended, patienceMs))) child.kill('SIGKILL');
    await ended;
  };
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`could not be started: ${error.message}`)));
    child.once('spawn', () => resolve({ ready: { pid: child.pid ?? 0 }, ended, stop }));
  });
}

runHost(startCommand);
