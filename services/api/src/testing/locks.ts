import type { Database, Executor } from '@switchboard/db';
import { waitFor } from './waiting.js';

/**
 * Makes calls meet inside PostgreSQL, instead of hoping that they do: `hold` takes a lock that all of them need, the
 * calls are started, and once all of them wait for locks the holding transaction is rolled back.
 *
 * @returns what the calls came to
 */
export async function meetAtLock<T>(
  database: Database,
  hold: (transaction: Executor) => Promise<unknown>,
  calls: (() => PromiseLike<T>)[],
): Promise<T[]> {
  let running: Promise<T[]> | undefined;
  const rollBack = new Error('the lock is given back');
  await database
    .transaction(async (transaction) => {
      await hold(transaction);
      running = Promise.all(calls.map((call) => call()));
      await waitFor(`${calls.length} calls wait for a lock`, async () => (await waiting(database)) === calls.length);
      throw rollBack;
    })
    .catch((error: unknown) => {
      if (error !== rollBack) throw error;
    });
  return running as Promise<T[]>;
}

async function waiting(database: Database): Promise<number | undefined> {
  const text = `SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const [row] = await database.query<{ count: number }>({ text, values: [] });
  return row?.count;
}
