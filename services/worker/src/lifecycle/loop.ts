import type { Logger } from 'pino';

export interface Loop {
  /** Runs no more and waits for the run under way. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  name: string;
  intervalMs: number;
  log: Logger;
  /** @returns whether there is more to do at once */
  run(): Promise<boolean>;
}

/** Runs a piece of upkeep at once and then at an interval, one run at a time; a failed run is logged and tried again. */
export function startLoop({ name, intervalMs, log, run }: LoopOptions): Loop {
  let stopped = false;
  let wake: () => void = () => undefined;
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, intervalMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const runOnce = async () => {
    try {
      return await run();
    } catch (error) {
      log.warn({ err: error, loop: name }, 'upkeep failed; it is tried again');
      return false;
    }
  };
  const running = (async () => {
    while (!stopped) {
      const isMore = await runOnce();
      if (!isMore && !stopped) await pause();
    }
  })();
  return {
    stop: () => {
      stopped = true;
      wake();
      return running;
    },
  };
}
