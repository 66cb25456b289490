import type { DestinationStream } from 'pino';

/** Lines that wait for the end of the event loop's turn. */
export interface CombinedWrites extends DestinationStream {
  /** Writes what waits now. pino calls it before a fatal line ends the process. */
  flushSync(): void;
}

/** A pipe's buffer on Linux; more at once would only wait for its reader. */
const MAX_WAITING_CHARACTERS = 65_536;

/**
 * Writes the lines of one turn of the event loop together: attempts are recorded and requests are answered by the dozen,
 * and one system call a line was 5 % of a worker's time. What SIGKILL can take is the lines of that turn, and no fact:
 * attempts, deliveries and the audit log are in PostgreSQL. Any other end of the process writes them.
 */
export function combineWrites(destination: DestinationStream): CombinedWrites {
  let waiting = '';
  let isScheduled = false;
  const flush = () => {
    isScheduled = false;
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    destination.write(lines);
  };
  process.once('exit', flush);
  return {
    write: (line) => {
      waiting += line;
      if (waiting.length >= MAX_WAITING_CHARACTERS) flush();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(flush);
      }
    },
    flushSync: flush,
  };
}
