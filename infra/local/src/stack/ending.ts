import { commandLineOf, parentOf } from '../processes.js';

/** Why the stack ends though nothing went wrong. */
export class EndAsked extends Error {
  override readonly name = 'EndAsked';

  constructor(readonly by: string) {
    super(`${by} was received.`);
  }
}

const PARENT_CHECK_MS = 1_000;
/** One Ctrl-C comes twice: from the terminal, and passed on by npm. A person is slower. */
const ECHO_MS = 500;

/**
 * Aborts `end` when a person or a supervisor asks for it: Ctrl-C, SIGTERM, a closed terminal, or an npm that was
 * killed and could not pass a signal on. Asked a second time, `hurry` is called.
 */
export function listenForEnd(end: AbortController, hurry: () => void, env: NodeJS.ProcessEnv): void {
  let askedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const isEcho = askedAt !== undefined && performance.now() - askedAt < ECHO_MS;
      askedAt ??= performance.now();
      if (end.signal.aborted && !isEcho) hurry();
      else end.abort(new EndAsked(signal === 'SIGINT' ? 'Ctrl-C' : signal));
    });
  }
  // Without npm between a shell and us, a vanished parent is a person's `&` and `exit`, who wants the stack to go on.
  if (env.npm_lifecycle_event !== 'start') return;
  const npm = ancestors();
  setInterval(() => {
    if (ancestors() !== npm && !end.signal.aborted) end.abort(new EndAsked('The end of npm'));
  }, PARENT_CHECK_MS).unref();
}

/** npm runs us through `sh -c`, which some shells replace by us and others stay in between, outliving npm. */
function ancestors(): string {
  const parent = process.ppid;
  return /^\S*sh -c /.test(commandLineOf(parent)) ? `${parent} ${parentOf(parent)}` : String(parent);
}

/** Settles when the end has come, never before. */
export function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    // A pending promise alone does not keep a process alive.
    const keepAlive = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
}
