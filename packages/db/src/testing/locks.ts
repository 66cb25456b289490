import type { Executor } from '../executor.js';

/** Resolves once a statement in this database waits for a lock: two transactions have really met. */
export async function untilALockIsWaitedFor(executor: Executor): Promise<void> {
  for (;;) {
    const rows = await executor.query({
      text: `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      values: [],
    });
    if (rows.length > 0) return;
  }
}
