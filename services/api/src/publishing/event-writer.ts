import { insertEvents, isDatabaseUnavailable, type Executor, type NewEvent } from '@switchboard/db';
import { createBatcher } from '@switchboard/shared';

/** Commits events that need no transaction of their own. Each call's events are committed together or not at all. */
export type EventWriter = (events: readonly NewEvent[]) => Promise<void>;

/** Calls that share a statement. A call has up to 500 events. */
const CALLS_PER_STATEMENT = 32;
const STATEMENTS_UNDER_WAY = 2;

/**
 * Writes what many requests publish in the same moment in one statement: a single event costs a round trip and a COMMIT,
 * a hundred cost about the same. A request that comes alone waits for nobody.
 */
export function createEventWriter(database: Executor): EventWriter {
  const batcher = createBatcher<readonly NewEvent[], Error | undefined>({
    maxSize: CALLS_PER_STATEMENT,
    maxUnderWay: STATEMENTS_UNDER_WAY,
    run: async (calls) => {
      try {
        await insertEvents(database, calls.flat());
        return calls.map(() => undefined);
      } catch (error) {
        // With the database away each would fail alike. Otherwise one call's events must not fail the others'.
        if (calls.length === 1 || isDatabaseUnavailable(error)) throw error;
        return await Promise.all(calls.map((events) => insertAlone(database, events)));
      }
    },
  });
  return async (events) => {
    const refused = await batcher.submit(events);
    if (refused !== undefined) throw refused;
  };
}

/** @returns why it was refused; undefined where it was not */
async function insertAlone(database: Executor, events: readonly NewEvent[]): Promise<Error | undefined> {
  try {
    await insertEvents(database, events);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('events were refused', { cause: error });
  }
}
