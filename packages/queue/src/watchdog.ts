import { settlesWithin } from './settles-within.js';

export interface WatchdogOptions {
  /** How many jobs wait, without the delayed ones. */
  waitingCount(): Promise<number>;
  /** Whether the consumer could begin a job now: it is connected and has a place free. */
  canBegin(): boolean;
  /** How many jobs it has begun since it was started. */
  begunCount(): number;
  /** Jobs that wait for this long while none is begun mean that it hears nothing any more. */
  deafAfterMs: number;
  onDeaf(): Promise<void>;
}

export interface Watchdog {
  stop(): void;
}

const LOOKS_IN_THE_TIME = 5;
/** A queue that does not tell how many jobs wait says nothing about the consumer. */
const COUNT_TIMEOUT_MS = 2_000;

/**
 * Finds a consumer that has gone deaf: jobs wait, it is connected and has places free, and yet begins none (measured.md).
 * Every look within the time must say so; one that finds anything else begins anew, so that an outage, a full consumer
 * or an empty queue never counts.
 */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  let begunBefore = options.begunCount();
  let deafSince: number | undefined;
  let isOver = false;
  let timer: NodeJS.Timeout;

  const look = async () => {
    const isIdle = options.begunCount() === begunBefore && options.canBegin();
    begunBefore = options.begunCount();
    if (!isIdle || !(await jobsWait(options))) {
      deafSince = undefined;
      return;
    }
    deafSince ??= performance.now();
    if (isOver || performance.now() - deafSince < options.deafAfterMs) return;
    deafSince = undefined;
    await options.onDeaf();
  };
  const next = () => {
    if (isOver) return;
    timer = setTimeout(() => void look().finally(next), options.deafAfterMs / LOOKS_IN_THE_TIME);
    // What only watches keeps no process alive.
    timer.unref();
  };
  next();
  return {
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

async function jobsWait({ waitingCount }: WatchdogOptions): Promise<boolean> {
  const counting = waitingCount();
  if (!(await settlesWithin(counting, COUNT_TIMEOUT_MS))) return false;
  return counting.then(
    (count) => count > 0,
    () => false,
  );
}
