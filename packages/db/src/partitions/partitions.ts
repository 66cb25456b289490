import type { Executor } from '../executor.js';

/**
 * Makes the day partitions from yesterday to `daysAhead` days ahead. Yesterday's, because an event may be committed by
 * a machine whose clock is behind. @returns how many were made
 */
export async function ensurePartitions(executor: Executor, daysAhead: number): Promise<number> {
  const [row] = await executor.query<{ made: number }>({
    text: `SELECT ensure_day_partitions((now() AT TIME ZONE 'UTC')::date - 1, $1::int) AS made`,
    values: [daysAhead + 2],
  });
  return row?.made ?? 0;
}

/** Whether rows landed in a default partition: they are safe and readable, but a partition was missing. */
export async function defaultPartitionsHoldRows(executor: Executor): Promise<boolean> {
  const [row] = await executor.query<{ found: boolean }>({
    text: `SELECT EXISTS (SELECT 1 FROM events_default) OR EXISTS (SELECT 1 FROM deliveries_default)
      OR EXISTS (SELECT 1 FROM attempts_default) AS found`,
    values: [],
  });
  return row?.found ?? false;
}
