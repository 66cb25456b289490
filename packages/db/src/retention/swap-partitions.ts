import type { Executor } from '../executor.js';
import type { ExpiredDay } from './expired-day.js';
import { PARTITIONED } from './kept-rows.js';

/** Copied in well under a second. */
const MAX_OWED = 20_000;

/**
 * Whether so much of what is below the bound is still owed that copying it would hold everybody up. Asked before the lock
 * is taken; it also leaves the index free of entries that have ended, which the copying would otherwise pass over.
 */
export async function isMuchOwed(transaction: Executor, bound: string): Promise<boolean> {
  const owed = (isOrdered: string) => `(SELECT 1 AS one ${pendingBelow(bound, isOrdered)} LIMIT ${MAX_OWED + 1})`;
  const [row] = await transaction.query<{ count: number }>({
    text: `SELECT count(*) FROM (${owed('NULL')} UNION ALL ${owed('NOT NULL')}) AS owed`,
    values: [],
  });
  return (row?.count ?? 0) > MAX_OWED;
}

/** In two halves, as the two indexes of what is pending are. */
function pendingBelow(bound: string, isOrdered: string): string {
  return `FROM deliveries d WHERE d.event_id < '${bound}' AND d.status = 'pending' AND d.position IS ${isOrdered}`;
}

/**
 * Puts the kept rows in the place of the day and of the rows kept before. Nobody reads or writes the three tables
 * meanwhile, so it does only what cannot be done before: it copies what is still owed, which is little in a day that is
 * past its retention, and exchanges the partitions. It is sent as one script: no round trip lengthens the lock.
 *
 * The locks are taken in the order in which our statements take them. Where a statement took them the other way, ours
 * is the one that gives way, because its lock_timeout is shorter than PostgreSQL's deadlock_timeout.
 */
export async function swapPartitions(transaction: Executor, { day, bound }: ExpiredDay): Promise<void> {
  const script = [
    ...PARTITIONED.map(({ table }) => `LOCK TABLE ONLY ${table} IN ACCESS EXCLUSIVE MODE;`),
    // Each of the look-ups below is of few rows by index. A plan that reads a whole day must not be chosen under this lock.
    'SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;',
    copyWhatIsOwed(bound),
    ...PARTITIONED.map(({ table, key }) => exchange(table, key, { day, bound })),
  ];
  await transaction.query({ text: script.join('\n'), values: [] });
}

/** Pending deliveries, chosen ones that were passed over before, their events and attempts, and events not fanned out. */
function copyWhatIsOwed(bound: string): string {
  return `
    WITH late AS (
      INSERT INTO deliveries_kept_next
      SELECT d.* FROM retention_left k JOIN deliveries d ON d.event_id = k.event_id AND d.endpoint_id = k.endpoint_id
      WHERE d.event_id < '${bound}'
      UNION ALL SELECT d.* ${pendingBelow(bound, 'NULL')}
      UNION ALL SELECT d.* ${pendingBelow(bound, 'NOT NULL')}
      ON CONFLICT DO NOTHING
      RETURNING event_id, id
    )
    INSERT INTO retention_late SELECT event_id, id FROM late;

    INSERT INTO events_kept_next
    SELECT ev.* FROM (
      SELECT event_id FROM retention_late UNION SELECT event_id FROM outbox WHERE event_id < '${bound}'
    ) AS owed JOIN events ev ON ev.id = owed.event_id
    WHERE ev.id < '${bound}'
    ON CONFLICT DO NOTHING;

    INSERT INTO attempts_kept_next
    SELECT a.* FROM retention_late l JOIN attempts a ON a.delivery_id = l.delivery_id
    WHERE a.delivery_id < '${bound}';`;
}

/** What strayed into the default partition goes too, or the bound could not be moved over it. */
function exchange(table: string, key: string, { day, bound }: ExpiredDay): string {
  return `
    DROP TABLE IF EXISTS ${table}_${day}, ${table}_kept;
    DELETE FROM ${table}_default WHERE ${key} < '${bound}';
    ALTER TABLE ${table}_kept_next RENAME TO ${table}_kept;
    ALTER TABLE ${table} ATTACH PARTITION ${table}_kept FOR VALUES FROM (MINVALUE) TO ('${bound}');
    ALTER TABLE ${table}_kept DROP CONSTRAINT ${table}_kept_bound;`;
}
