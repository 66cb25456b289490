import { firstUuidOf } from '@switchboard/shared';
import { waitUntil } from '@switchboard/local/waiting';
import type { BenchStack } from './bench-stack.js';

/** What became of the deliveries that were owed, as the sink and the log have it independently of each other. */
export interface Counts {
  /** Deliveries owed for the events that were answered with 2xx. */
  accepted: number;
  /** That the sink received and answered 200. */
  arrived: number;
  /** POSTs in vain. */
  duplicates: number;
  /** Deliveries that the log says succeeded. */
  succeeded: number;
  /** Of any other state. */
  not_succeeded: number;
  /** Attempts in the log that were answered 200. */
  attempts: number;
}

export interface Owed {
  deliveries: number;
  /** Milliseconds since 1970; older events are not of this run. */
  since_ms: number;
}

const SETTLE_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 250;

/** Waits until nothing is owed any more, and counts. @returns the counts, and in words what does not add up */
export async function settleAndCount(
  stack: Pick<BenchStack, 'database' | 'sink'>,
  owed: Owed,
): Promise<{ counts: Counts; violations: string[] }> {
  const isSettled = await waitUntil(async () => ((await pendingCount(stack)) === 0 ? true : undefined), {
    timeoutMs: SETTLE_TIMEOUT_MS,
    everyMs: LOOK_EVERY_MS,
  });
  const counts = await countAll(stack, owed);
  const violations = violationsOf(counts);
  if (!isSettled) violations.unshift(`After ${SETTLE_TIMEOUT_MS / 1_000} s deliveries were still owed.`);
  return { counts, violations };
}

async function pendingCount({ database }: Pick<BenchStack, 'database'>): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    text: `
      SELECT (SELECT count(*) FROM outbox)
        + (SELECT count(*) FROM deliveries WHERE status = 'pending' AND position IS NULL)
        + (SELECT count(*) FROM deliveries WHERE status = 'pending' AND position IS NOT NULL) AS count`,
    values: [],
  });
  return row?.count ?? 0;
}

async function countAll({ database, sink }: Pick<BenchStack, 'database' | 'sink'>, owed: Owed): Promise<Counts> {
  const since = firstUuidOf(owed.since_ms);
  const [row] = await database.query<{ succeeded: number; not_succeeded: number; attempts: number }>({
    text: `
      SELECT count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
        count(*) FILTER (WHERE status <> 'succeeded') AS not_succeeded,
        (SELECT count(*) FROM attempts WHERE delivery_id >= $1 AND status_code = 200) AS attempts
      FROM deliveries WHERE event_id >= $1`,
    values: [since],
  });
  const { unique: arrived, duplicates } = await sink.call('read', undefined);
  return {
    accepted: owed.deliveries,
    arrived,
    duplicates,
    succeeded: row?.succeeded ?? 0,
    not_succeeded: row?.not_succeeded ?? 0,
    attempts: row?.attempts ?? 0,
  };
}

export function violationsOf(counts: Counts): string[] {
  const { accepted, arrived, succeeded, attempts, duplicates, not_succeeded } = counts;
  const violations: string[] = [];
  if (accepted === 0) violations.push('Nothing was accepted, so nothing was shown.');
  if (arrived !== accepted) violations.push(`${accepted} deliveries were owed, ${arrived} arrived.`);
  if (succeeded !== accepted) violations.push(`${accepted} deliveries were owed, ${succeeded} succeeded in the log.`);
  if (attempts !== accepted) violations.push(`${accepted} deliveries were owed, ${attempts} attempts answered 200.`);
  if (not_succeeded > 0) violations.push(`${not_succeeded} deliveries ended otherwise, or not at all.`);
  if (duplicates > 0) violations.push(`${duplicates} POSTs were made of what had arrived before.`);
  return violations;
}
