import { formatDuration, type Terminal } from './terminal.js';

/** A step that takes longer says so, and then again and again. */
const SPEAK_AFTER_MS = 3_000;

/** Runs the steps of a start, each with its line and its time; one that takes long shows that it is alive. */
export class Steps {
  constructor(private readonly terminal: Terminal) {}

  /**
   * @param doing the step while it lasts: "Starting PostgreSQL"
   * @param done what to say of its result
   */
  async run<T>(doing: string, done: (result: T) => string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const ticker = setInterval(() => {
      this.terminal.line(`    ${doing} ... ${formatDuration(performance.now() - start)} so far`);
    }, SPEAK_AFTER_MS);
    try {
      const result = await work();
      this.terminal.done(done(result), performance.now() - start);
      return result;
    } finally {
      clearInterval(ticker);
    }
  }
}
