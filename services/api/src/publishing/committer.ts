import { insertEvents, type Database, type Executor, type NewEvent } from '@switchboard/db';
import { AppError, newUuid, uuidTimestampMs } from '@switchboard/shared';
import type { FaultHook } from '../faults.js';
import { errorBody } from '../http/errors.js';
import { resourceBody } from '../http/etag.js';
import type { AnswerStore } from '../http/idempotency.js';
import type { RequestInfo, TenantScope } from '../http/route.js';
import type { Announcer } from './announcer.js';

/** A transaction that writes domain rows and says what happened; rows and events commit together or not at all. */
export interface Commit {
  transaction: Executor;
  /** Adds an event to the transaction. `data` is serialised here, once and for ever (invariant 6). */
  emit(tenant: TenantScope, type: string, data: unknown): NewEvent;
  /** Adds events that are made already. */
  add(events: readonly NewEvent[]): void;
}

/**
 * Runs `work` in one transaction with its events, and announces them after the COMMIT (invariant 1). What `work`
 * returns is the data of the answer: under an Idempotency-Key it is kept in the same transaction, so that row, event
 * and answer are there together or not at all.
 */
export type Committer = <T>(request: RequestInfo, work: (commit: Commit) => Promise<T>) => Promise<T>;

export interface CommitterDeps {
  database: Database;
  announcer: Announcer;
  answers: AnswerStore;
  faults: FaultHook;
}

export function createCommitter({ database, announcer, answers, faults }: CommitterDeps): Committer {
  return async (request, work) => {
    const events: NewEvent[] = [];
    const { idempotency, request_id } = request;
    let claimed = false;
    const inTransaction = async (transaction: Executor) => {
      if (idempotency) await answers.claim(transaction, idempotency);
      claimed = true;
      const emit: Commit['emit'] = (tenant, type, data) => newEvent(events, { tenant, type, data, request_id });
      const outcome = await work({ transaction, emit, add: (made) => void events.push(...made) });
      if (events.length > 0) await insertEvents(transaction, events);
      if (idempotency) await answers.keep(transaction, idempotency, idempotency.success_status, resourceBody(outcome));
      if (events.length > 0) faults.reach('before_commit');
      return outcome;
    };
    try {
      const outcome = await database.transaction(inTransaction);
      // Only where there is something to announce: between COMMIT and announcement is where a crash is of interest.
      if (events.length > 0) faults.reach('after_commit');
      announcer.announce(events.map((event) => event.id));
      return outcome;
    } catch (error) {
      // A refusal is an answer too, and is repeated to whoever asks again; a failure of ours (5xx) is tried anew.
      if (idempotency && claimed && error instanceof AppError && error.status < 500) {
        await answers.keep(database, idempotency, error.status, errorBody(error, request_id));
      }
      throw error;
    }
  };
}

function newEvent(
  events: NewEvent[],
  event: { tenant: TenantScope; type: string; data: unknown; request_id: string },
): NewEvent {
  const id = newUuid();
  const made: NewEvent = {
    id,
    tenant_id: event.tenant.tenant_id,
    mode: event.tenant.mode,
    type: event.type,
    data_json: JSON.stringify(event.data),
    request_id: event.request_id,
    // The very millisecond in the id: the id alone tells the partition, and lists sort alike by either.
    created_at: new Date(uuidTimestampMs(id)),
  };
  events.push(made);
  return made;
}
