import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Failure } from '../failure.js';
import { signalIfAlive } from '../processes.js';
import { LastLines } from '../text/last-lines.js';
import { settlesWithin, waitUntil } from '../waiting.js';

/** One pino line of a service. */
export type LogLine = Record<string, unknown>;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServiceProcessOptions {
  /** What it is called in an error: "The worker". */
  name: string;
  /** Path of the compiled main.js. */
  entry: string;
  env: NodeJS.ProcessEnv;
  cwd?: string;
  args?: string[];
  /** Options of Node itself, which stand before the entry: `--cpu-prof`. */
  nodeArgs?: string[];
  /** An open file that takes its output instead of us: reading each line along would cost what a benchmark measures. */
  outputFd?: number;
  /** Everything it prints is appended here. */
  logFile?: string;
  /** Is given each line of its output as it comes. */
  onLine?: (line: string) => void;
  /** How many lines `logs()` keeps. Default 50,000. */
  keepLines?: number;
}

export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** The JSON lines so far, oldest first. */
  logs(): LogLine[];
  /** The last lines as they were printed, standard error included. */
  lastLines(): string[];
  /** Waits until `url` answers 200. @throws Failure where the service ends before, or the time is over */
  waitForReady(url: string, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>;
  /** Settles when the process has ended and all its output was read. */
  readonly exited: Promise<Exit>;
  /** Sends `signal` (SIGTERM), and SIGKILL to what is left of it after `timeoutMs`. */
  stop(signal?: NodeJS.Signals, options?: { timeoutMs?: number }): Promise<Exit>;
  /** SIGKILL, to it and to what it started. */
  kill(): Promise<Exit>;
}

const READY_TIMEOUT_MS = 60_000;
/** The services give attempts in flight the delivery timeout (10 s) and 5 s more. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts a service as a process of its own, in a group of its own, so that Ctrl-C in the terminal reaches only the
 * launcher, which then stops its services in order. It ends when this process ends, however that ends.
 */
export function startServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const dieWithParent = new URL('../../dist/hosts/die-with-parent.js', import.meta.url).href;
  const { nodeArgs = [], args = [], outputFd: printsTo = 'pipe' } = options;
  const child = spawn(process.execPath, ['--import', dieWithParent, ...nodeArgs, options.entry, ...args], {
    env: options.env,
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', printsTo, printsTo, 'ipc'],
  });
  const output = collectOutput(child, options);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const isGone = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const kill = (): Promise<Exit> => {
    // The negative id names the whole group.
    if (child.pid && !isGone()) signalIfAlive(-child.pid, 'SIGKILL');
    return exited;
  };
  return {
    name: options.name,
    pid: child.pid ?? 0,
    logs: output.logs,
    lastLines: output.lastLines,
    exited,
    kill,
    stop: async (signal = 'SIGTERM', { timeoutMs = STOP_TIMEOUT_MS } = {}) => {
      if (child.pid && !isGone()) signalIfAlive(child.pid, signal);
      return (await settlesWithin(exited, timeoutMs)) ? exited : kill();
    },
    waitForReady: (url, { timeoutMs = READY_TIMEOUT_MS, signal } = {}) =>
      waitForReady({ name: options.name, url, timeoutMs, signal, isGone, exited, lastLines: output.lastLines }),
  };
}

function collectOutput(child: ChildProcess, { logFile, onLine, keepLines = 50_000 }: ServiceProcessOptions) {
  const file: WriteStream | undefined = logFile ? createWriteStream(logFile, { flags: 'a', mode: 0o600 }) : undefined;
  const logs: LogLine[] = [];
  const lastLines = new LastLines(15);
  const take = (line: string): void => {
    file?.write(`${line}\n`);
    lastLines.add(line);
    onLine?.(line);
    const parsed = parseLogLine(line);
    if (parsed) logs.push(parsed);
    if (logs.length > keepLines) logs.shift();
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream, crlfDelay: Infinity }).on('line', take);
  }
  child.once('close', () => file?.end());
  return { logs: () => [...logs], lastLines: () => lastLines.lines };
}

function parseLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

interface ReadyWait {
  name: string;
  url: string;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  isGone: () => boolean;
  exited: Promise<Exit>;
  lastLines: () => string[];
}

async function waitForReady({ name, url, timeoutMs, signal, isGone, exited, lastLines }: ReadyWait): Promise<void> {
  const look = async (): Promise<'ready' | 'gone' | undefined> => {
    if (isGone()) return 'gone';
    return (await answersOk(url)) ? 'ready' : undefined;
  };
  const outcome = await waitUntil(look, { timeoutMs, everyMs: 50, signal });
  if (outcome === 'ready') return;
  if (outcome === 'gone')
    throw new Failure(`${name} ended before it was ready (${describeExit(await exited)}).`, lastLines());
  throw new Failure(
    `${name} was not ready within ${timeoutMs / 1000} seconds: ${url} does not answer 200.`,
    lastLines(),
  );
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

export function describeExit({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}
