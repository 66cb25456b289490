import type { Failure } from '../failure.js';
import { formatDuration, type Terminal } from '../text/terminal.js';

interface Part {
  name: string;
  stop(): Promise<unknown>;
  /** Ends it at once; where missing, it ends with this process. */
  kill?: () => Promise<unknown>;
}

/**
 * The parts of the stack that run, in the order in which they were started. They are stopped the other way round, so
 * that nothing loses what it needs before it has ended: worker, API, receiver, PostgreSQL.
 */
export class RunningParts {
  readonly #parts: Part[] = [];
  #isStopping = false;

  constructor(private readonly end: AbortController) {}

  add(part: Part): void {
    this.#parts.push(part);
  }

  /** Ends the whole run with `failure` if this part ends while nobody has asked for it. */
  watch(ended: Promise<Failure | undefined>): void {
    void ended.then((failure) => {
      if (!this.#isStopping && failure) this.end.abort(failure);
    });
  }

  async stopAll(terminal: Terminal): Promise<void> {
    this.#isStopping = true;
    if (this.#parts.length === 0) return;
    const start = performance.now();
    const names = this.#parts.map((part) => part.name).reverse();
    terminal.line(`\nStopping ${names.join(', then ')} ...`);
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) {
      await part.stop().catch((error: Error) => terminal.failed(`${part?.name}: ${error.message}`));
    }
    terminal.line(`Stopped everything in ${formatDuration(performance.now() - start)}.`);
  }

  /** For a person who asks twice. */
  async killAll(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#parts.map((part) => part.kill?.() ?? Promise.resolve()));
  }
}
