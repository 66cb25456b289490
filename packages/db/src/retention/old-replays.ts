import type { Executor } from '../executor.js';

/** Replays that ended before the retention; the deliveries they replayed say so themselves. */
export async function deleteOldReplays(executor: Executor, retentionDays: number): Promise<void> {
  await executor.query({
    text: `DELETE FROM replays WHERE status <> 'running' AND updated_at < now() - make_interval(days => $1)`,
    values: [retentionDays],
  });
}
