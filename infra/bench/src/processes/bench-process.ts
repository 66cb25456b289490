import { Failure } from '@switchboard/local/failure';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AnswerMessage, CommandMessage, Commands } from './commands.js';

/** A process of the benchmark's own: what it measures must not share a thread with what measures. */
export interface BenchProcess<C extends Commands> {
  /** @param timeoutMs default 60 s. @throws Failure where it fails, ends, or does not answer in time */
  call<Name extends keyof C & string>(
    name: Name,
    argument: Parameters<C[Name]>[0],
    timeoutMs?: number,
  ): Promise<Awaited<ReturnType<C[Name]>>>;
  readonly pid: number;
  stop(): Promise<void>;
}

const CALL_TIMEOUT_MS = 60_000;

type Module = 'sink/main' | 'load/main' | 'yardsticks/main';

/** Starts one of the benchmark's processes. It ends with this one. */
export function startBenchProcess<C extends Commands>(module: Module): BenchProcess<C> {
  // Processes run compiled code, also where this module runs from its sources under jest.
  const path = fileURLToPath(new URL(`../../dist/${module}.js`, import.meta.url));
  const child = fork(path, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, (answer: AnswerMessage) => void>();
  const failAll = (reason: string) => {
    for (const [id, settle] of waiting) settle({ id, error: reason });
  };
  child.on('message', (answer: AnswerMessage) => waiting.get(answer.id)?.(answer));
  child.once('error', (error) => failAll(error.message));
  child.once('exit', (code, signal) => failAll(`it ended (${signal ?? `exit code ${code}`})`));

  let lastId = 0;
  return {
    call: async (name, argument, timeoutMs = CALL_TIMEOUT_MS) => {
      const id = (lastId += 1);
      const answer = await new Promise<AnswerMessage>((resolve) => {
        const timer = setTimeout(() => resolve({ id, error: `no answer within ${timeoutMs} ms` }), timeoutMs);
        waiting.set(id, (settled) => {
          clearTimeout(timer);
          resolve(settled);
        });
        if (isGone(child)) waiting.get(id)?.({ id, error: 'it has ended' });
        else child.send({ id, name, argument } satisfies CommandMessage);
      });
      waiting.delete(id);
      if ('error' in answer) throw new Failure(`${module} could not do "${name}": ${answer.error}.`);
      return answer.value as never;
    },
    pid: child.pid ?? 0,
    stop: () => stop(child),
  };
}

const isGone = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function stop(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  // It holds nothing that would have to be saved.
  child.kill('SIGKILL');
  await exited;
}
