import type { Database } from '../database.js';
import { isLockTimeout } from '../errors.js';
import type { Executor } from '../executor.js';
import { findExpiredDay, type ExpiredDay } from './expired-day.js';
import { copyKeptRows } from './kept-rows.js';
import { isMuchOwed, swapPartitions } from './swap-partitions.js';

export type RetentionStep =
  | { kind: 'dropped'; day: string; keptDeliveries: number; lockedMs: number }
  /**
   * Nothing was changed: another process is at it, the tables were in use for longer than anybody should wait, or so much
   * of the day is still owed that moving it would take that long.
   */
  | { kind: 'busy'; day: string | null; reason: 'another_process' | 'tables_in_use' | 'much_still_owed' }
  | { kind: 'nothing' };

/**
 * Drops the partitions of the oldest day that is past its retention. What stays visible or is still owed moves to
 * the partitions of kept rows (`events_kept` and its like), which reach from the beginning of time to the end of that day;
 * so every query goes on finding it.
 *
 * All of it is one transaction: a process that is killed in the middle has changed nothing.
 *
 * @param retentionDays today and this many whole days before it stay
 */
export async function dropOldestDay(database: Database, retentionDays: number): Promise<RetentionStep> {
  let day: string | null = null;
  try {
    return await database.transaction(async (transaction) => {
      await transaction.query({ text: LIMITS, values: [] });
      if (!(await lockAgainstOthers(transaction))) return { kind: 'busy', day, reason: 'another_process' };
      const expired = await findExpiredDay(transaction, retentionDays);
      if (!expired) return { kind: 'nothing' };
      day = expired.day;
      return await drop(transaction, expired);
    });
  } catch (error) {
    if (isLockTimeout(error)) return { kind: 'busy', day, reason: 'tables_in_use' };
    throw error;
  }
}

async function drop(transaction: Executor, expired: ExpiredDay): Promise<RetentionStep> {
  const { day, bound } = expired;
  if (await isMuchOwed(transaction, bound)) return { kind: 'busy', day, reason: 'much_still_owed' };
  await copyKeptRows(transaction, bound);
  const copied = await count(transaction, 'deliveries_kept_next');
  await transaction.query({ text: LIMITS_UNDER_LOCK, values: [] });
  const startedAt = performance.now();
  await swapPartitions(transaction, expired);
  const lockedMs = Math.round(performance.now() - startedAt);
  const keptDeliveries = copied + (await count(transaction, 'retention_late'));
  return { kind: 'dropped', day, keptDeliveries, lockedMs };
}

async function count(transaction: Executor, table: 'deliveries_kept_next' | 'retention_late'): Promise<number> {
  const [row] = await transaction.query<{ count: number }>({ text: `SELECT count(*) FROM ${table}`, values: [] });
  return row?.count ?? 0;
}

/**
 * Who waits for the lock makes everybody behind it wait. 300 ms for each of three tables is below the second after which
 * PostgreSQL looks for deadlocks and ends one of those involved, which so is never a statement of somebody else's.
 */
const LIMITS = `
  SET LOCAL lock_timeout = '300ms';
  SET LOCAL statement_timeout = '15min';`;

/** A process that hangs or loses its connection now would hold up everybody: PostgreSQL gives it seconds. */
const LIMITS_UNDER_LOCK = `
  SET LOCAL statement_timeout = '5s';
  SET LOCAL idle_in_transaction_session_timeout = '5s';`;

async function lockAgainstOthers(transaction: Executor): Promise<boolean> {
  const [row] = await transaction.query<{ locked: boolean }>({
    text: `SELECT pg_try_advisory_xact_lock(hashtextextended('switchboard retention', 0)) AS locked`,
    values: [],
  });
  return row?.locked ?? false;
}
