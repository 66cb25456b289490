import type { Database } from '@switchboard/db';
import { waitFor } from '../wait-for.js';

/**
 * Keeps a lock in a transaction of its own while `work` goes on: whoever needs it stands still at exactly this place.
 * It is released with the work's end, however that ends.
 */
export function whileLocked(database: Database, statement: string, work: () => Promise<void>): Promise<void> {
  return database.transaction(async (transaction) => {
    await transaction.query({ text: statement, values: [] });
    await work();
  });
}

const WORKER_CONNECTIONS = `FROM pg_stat_activity WHERE application_name = 'switchboard-worker' AND datname = current_database()`;

/** Waits until a worker's statement that contains `text` stands at a lock. */
export async function untilWorkerStandsAt(database: Database, text: string): Promise<void> {
  await waitFor(`a worker stands at a lock with ${text}`, async () => {
    const rows = await database.query({
      text: `SELECT ${WORKER_CONNECTIONS} AND wait_event_type = 'Lock' AND position($1 in query) > 0`,
      values: [text],
    });
    return rows.length > 0;
  });
}

/**
 * Ends what a dead worker has left in PostgreSQL: a statement that stands at a lock would else still be carried out
 * when the lock is released, as if its sender had lived a moment longer.
 */
export async function endWorkerConnections(database: Database): Promise<void> {
  await database.query({ text: `SELECT pg_terminate_backend(pid) ${WORKER_CONNECTIONS}`, values: [] });
  await waitFor('the connections of the dead worker are gone', async () => {
    return (await database.query({ text: `SELECT ${WORKER_CONNECTIONS}`, values: [] })).length === 0;
  });
}
