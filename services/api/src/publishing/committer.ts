import { insertEvents, type Database, type Executor, type NewEvent } from '@switchboard/db';
import { newUuid, uuidTimestampMs } from '@switchboard/shared';
import type { FaultHook } from '../faults.js';
import type { Announcer } from './announcer.js';

/** A transaction that writes domain rows and says what happened; rows and events commit together or not at all. */
export interface Commit {
  transaction: Executor;
  /** Adds an event to the transaction. `data` is serialised here, once and for ever (invariant 6). */
  emit(event: EventToEmit): NewEvent;
}

export interface EventToEmit {
  tenant_id: string;
  mode: string;
  type: string;
  data: unknown;
  request_id: string | null;
}

/** Runs `work` in one transaction with its events, and announces them after the COMMIT (invariant 1). */
export type Committer = <T>(work: (commit: Commit) => Promise<T>) => Promise<T>;

export interface CommitterDeps {
  database: Database;
  announcer: Announcer;
  faults: FaultHook;
}

export function createCommitter({ database, announcer, faults }: CommitterDeps): Committer {
  return async (work) => {
    const events: NewEvent[] = [];
    const result = await database.transaction(async (transaction) => {
      const outcome = await work({ transaction, emit: (event) => newEvent(event, events) });
      if (events.length > 0) await insertEvents(transaction, events);
      faults.reach('before_commit');
      return outcome;
    });
    faults.reach('after_commit');
    announcer.announce(events.map((event) => event.id));
    return result;
  };
}

function newEvent(event: EventToEmit, events: NewEvent[]): NewEvent {
  const { data, ...rest } = event;
  const id = newUuid();
  // created_at is the very millisecond in the id: the id alone tells the partition, and lists sort alike by either.
  const made: NewEvent = { ...rest, id, data_json: JSON.stringify(data), created_at: new Date(uuidTimestampMs(id)) };
  events.push(made);
  return made;
}
