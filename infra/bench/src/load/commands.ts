import { runLoad, type LoadResult, type LoadSpec } from './load.js';

export type LoadCommands = ReturnType<typeof createLoadCommands>;

export function createLoadCommands() {
  let running = new AbortController();
  return {
    /** Answers when the load has ended and its last request was answered. */
    run: (spec: LoadSpec): Promise<LoadResult> => runLoad(spec, running.signal),
    /** Ends every load that is running. */
    stop: (): void => {
      running.abort();
      running = new AbortController();
    },
  };
}
