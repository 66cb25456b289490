import { firstUuidOf, uuidTimestampMs } from '@switchboard/shared';
import type { Executor, Statement } from '../executor.js';

/** How a delivery can have ended. */
export const ENDED_STATUSES = ['dead', 'cancelled', 'succeeded'] as const;
export type EndedStatus = (typeof ENDED_STATUSES)[number];

/** Which deliveries a replay is about. */
export interface ReplayFilter {
  tenant_id: string;
  mode: string;
  endpoint_id: string | null;
  statuses: readonly EndedStatus[];
  /** The event as the delivery names it. */
  event_type: string | null;
  /** Why its last attempt failed. */
  error_code: string | null;
  /** Of events committed at this time or later. */
  since: Date | null;
  /** Of events committed before it. */
  until: Date;
}

/** A delivery that fits a replay, and what can be done with it at this moment. */
export interface FittingDelivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  /**
   * `impossible`: its endpoint is deleted or disabled, or its event is gone. `held`: its endpoint's breaker is open, or
   * it owes the endpoint more than enough already; later it can be done.
   */
  verdict: 'possible' | 'held' | 'impossible';
}

export interface ScannedWindow {
  /** Deliveries looked at, whether they fit or not: fewer than asked for at the end. */
  examined: number;
  /** The last one of them; null where there was none. */
  last_id: string | null;
  /** By id. */
  fitting: FittingDelivery[];
}

/** An endpoint that owes so many due deliveries gets no more of a replay: its own events must not wait behind it. */
const MAX_OWED = 1_000;

/**
 * Counts the deliveries that fit, looking at no more than `limit` of those that come into question: past it the number
 * is a lower bound, so that no filter makes the question expensive.
 */
export async function countFitting(executor: Executor, filter: ReplayFilter, limit: number): Promise<number> {
  const { text, values } = candidates(filter, { afterId: null, limit });
  const [row] = await executor.query<{ count: number }>({
    text: `SELECT count(*) AS count FROM (${text}) AS c WHERE ${FITS}`,
    values,
  });
  return row?.count ?? 0;
}

/**
 * Looks at the next `limit` deliveries behind `afterId`, by id. Only such as had ended by `endedBy` fit: what a replay
 * has set going once does not fit it again, however often the scan is repeated.
 */
export async function scanWindow(
  executor: Executor,
  filter: ReplayFilter,
  { afterId, endedBy, limit }: { afterId: string | null; endedBy: Date; limit: number },
): Promise<ScannedWindow> {
  const { text, values } = candidates(filter, { afterId, limit });
  const rows = await executor.query<FittingDelivery & { examined: number; last_id: string | null }>({
    text: `WITH candidates AS MATERIALIZED (${text}), ${JUDGED}`,
    values: [...values, endedBy, MAX_OWED],
  });
  return {
    examined: rows[0]?.examined ?? 0,
    last_id: rows[0]?.last_id ?? null,
    fitting: rows.flatMap(({ examined: _, last_id: __, ...delivery }) =>
      (delivery.delivery_id as string | null) === null ? [] : [delivery],
    ),
  };
}

/**
 * The deliveries that come into question, by id, through an index whose order is that of ids: the dead and the
 * cancelled have one each, to look for those that succeeded means to look at all. What else the filter says is checked
 * on what comes out, so that the limit bounds the rows that are read and not only those that are found.
 */
function candidates(filter: ReplayFilter, { afterId, limit }: { afterId: string | null; limit: number }): Statement {
  const after = afterId ?? firstUuidOf(filter.since?.getTime() ?? 0);
  const among = (condition: string) => `
    (SELECT id, event_id, endpoint_id, event_type, status, last_error_code, completed_at, run_trigger FROM deliveries
     WHERE tenant_id = $1 AND mode = $2 AND id > $3 AND id < $4 AND event_id >= $5 AND event_id < $4 ${condition}
     ORDER BY id LIMIT $6)`;
  const statuses = ENDED_STATUSES.filter((status) => filter.statuses.includes(status));
  const conditions = statuses.includes('succeeded')
    ? [filter.endpoint_id === null ? '' : 'AND endpoint_id = $7']
    : statuses.map((status) => `AND status = '${status}'`);
  return {
    text: `SELECT * FROM (${conditions.map(among).join(' UNION ALL ')}) AS either ORDER BY id LIMIT $6`,
    values: [
      filter.tenant_id,
      filter.mode,
      after,
      firstUuidOf(filter.until.getTime()),
      // Ids of a delivery and of its event share their millisecond, and it is the event's that tells the partition.
      firstUuidOf(uuidTimestampMs(after)),
      limit,
      filter.endpoint_id,
      statuses,
      filter.event_type,
      filter.error_code,
    ],
  };
}

const FITS = `c.status = ANY ($8::text[]) AND ($7::uuid IS NULL OR c.endpoint_id = $7) AND
  ($9::text IS NULL OR c.event_type = $9) AND ($10::text IS NULL OR c.last_error_code = $10) AND c.run_trigger <> 'test'`;

/** What is due of the endpoint `t.endpoint_id`, as the two indexes have it. */
const owesTooMuch = (position: string) => `EXISTS (
  SELECT FROM deliveries d
  WHERE d.endpoint_id = t.endpoint_id AND d.status = 'pending' AND d.position ${position} AND d.next_attempt_at <= now()
  OFFSET $12::int)`;

/** Each endpoint is asked once what it owes, not once for each of its deliveries: hence MATERIALIZED. */
const JUDGED = `
  fitting AS (
    SELECT * FROM candidates c WHERE ${FITS} AND c.completed_at <= $11::timestamptz
  ), endpoints AS MATERIALIZED (
    SELECT t.endpoint_id, e.enabled AND e.deleted_at IS NULL AS is_open,
      f.paused_until IS NOT NULL OR ${owesTooMuch('IS NULL')} OR ${owesTooMuch('IS NOT NULL')} AS is_held
    FROM (SELECT DISTINCT endpoint_id FROM fitting) AS t
    JOIN webhook_endpoints e ON e.id = t.endpoint_id AND e.tenant_id = $1
    LEFT JOIN endpoint_flow f ON f.endpoint_id = t.endpoint_id
  ), judged AS (
    SELECT c.id, c.event_id, c.endpoint_id, CASE
      WHEN p.is_open IS NOT TRUE OR NOT EXISTS (SELECT FROM events v WHERE v.id = c.event_id) THEN 'impossible'
      WHEN p.is_held THEN 'held'
      ELSE 'possible' END AS verdict
    FROM fitting c LEFT JOIN endpoints p USING (endpoint_id)
  )
  SELECT
    (SELECT count(*) FROM candidates)::int AS examined, (SELECT id FROM candidates ORDER BY id DESC LIMIT 1) AS last_id,
    j.id AS delivery_id, j.event_id, j.endpoint_id, j.verdict
  FROM (SELECT) AS once LEFT JOIN judged j ON true
  ORDER BY j.id`;
