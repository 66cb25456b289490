import type { Executor } from '../executor.js';

/** A day whose partitions are past their retention. */
export interface ExpiredDay {
  /** As partitions are named after it: 20260101. */
  day: string;
  /** The least UUID of the day after: what is below it goes or is kept. */
  bound: string;
}

/**
 * The oldest day that is past its retention as a whole. Where no partition is left of such days, but rows of them stand in
 * the default partitions, it is the newest such day: below its end is all of them.
 *
 * @param retentionDays today and this many whole days before it stay
 */
export async function findExpiredDay(executor: Executor, retentionDays: number): Promise<ExpiredDay | null> {
  const [row] = await executor.query<ExpiredDay>({
    text: `
      WITH cutoff AS (
        SELECT day, first_uuid_of(day::timestamp AT TIME ZONE 'UTC') AS bound
        FROM (SELECT (now() AT TIME ZONE 'UTC')::date - $1::int AS day) AS today
      ), oldest AS (
        SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD')) AS day
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent IN ('events'::regclass, 'deliveries'::regclass, 'attempts'::regclass)
          AND c.relname ~ '_[0-9]{8}$'
      ), expired AS (
        SELECT CASE
          WHEN o.day < c.day THEN o.day
          WHEN EXISTS (SELECT FROM events_default WHERE id < c.bound)
            OR EXISTS (SELECT FROM deliveries_default WHERE event_id < c.bound)
            OR EXISTS (SELECT FROM attempts_default WHERE delivery_id < c.bound) THEN c.day - 1
        END AS day
        FROM cutoff c CROSS JOIN oldest o
      )
      SELECT to_char(day, 'YYYYMMDD') AS day, first_uuid_of((day + 1)::timestamp AT TIME ZONE 'UTC')::text AS bound
      FROM expired WHERE day IS NOT NULL`,
    values: [retentionDays],
  });
  return row ?? null;
}
