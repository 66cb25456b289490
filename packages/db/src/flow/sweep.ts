import type { Executor } from '../executor.js';
import { markAsQueued, type TakenDelivery } from './taken.js';

export interface SweepOptions {
  /** Attempts due within this time are taken too, so that they start on time and not a sweep late. */
  aheadMs: number;
  leaseMs: number;
  /** How many an endpoint gives at most; one that has so many has a backlog, and is noted to have it. */
  perEndpoint: number;
  /** How many one gives at most that is noted to have a backlog: enough to set its feeding going again. */
  perBacklog: number;
  /** How many are taken at most in all. */
  limit: number;
  /** Goes on behind this endpoint; the least UUID to begin with. */
  afterEndpointId: string;
}

export interface Swept {
  taken: TakenDelivery[];
  /** Endpoints that owe something due and are fed in turn: fifo, limited in rate, or with an open breaker. */
  inTurn: string[];
  /** Where to go on; null where every endpoint that owes something has been looked at. */
  lastEndpointId: string | null;
}

export const FIRST_ENDPOINT_ID = '00000000-0000-0000-0000-000000000000';

/** Endpoints a call looks at: some tens of microseconds each. */
const ENDPOINTS_PER_SWEEP = 2_000;

/**
 * Takes what PostgreSQL says is due and the queue is not known to have (invariant 4): retries whose time has come, and
 * what the queue has lost. It goes from endpoint to endpoint through the index instead of along the time, so that one
 * endpoint's million of overdue deliveries costs no more than another's ten, and none keeps others from their turn.
 */
export async function sweepDueDeliveries(executor: Executor, options: SweepOptions): Promise<Swept> {
  const rows = await executor.query<TakenDelivery & { kind: 'taken' | 'in_turn' | 'last' }>({
    name: 'sweep-due-deliveries',
    text: SWEEP,
    values: [
      options.aheadMs,
      options.leaseMs,
      options.perEndpoint,
      options.limit,
      options.afterEndpointId,
      options.perBacklog,
    ],
  });
  const taken = rows.flatMap(({ kind, ...delivery }) => (kind === 'taken' ? [delivery] : []));
  return {
    taken,
    inTurn: rows.flatMap(({ kind, endpoint_id }) => (kind === 'in_turn' ? [endpoint_id] : [])),
    lastEndpointId:
      taken.length >= options.limit
        ? // The limit cut the walk short: it goes on behind the endpoint it was at. What that one has more is for the next walk.
          taken.reduce((last, { endpoint_id }) => (endpoint_id > last ? endpoint_id : last), FIRST_ENDPOINT_ID)
        : (rows.find(({ kind }) => kind === 'last')?.endpoint_id ?? null),
  };
}

/** Each step is one descent of the index to the next endpoint that owes something. */
function endpointsOwing(name: string, predicate: string): string {
  return `
  ${name} (endpoint_id, nth) AS (
    (SELECT d.endpoint_id, 1 FROM deliveries d
     WHERE ${predicate} AND d.endpoint_id > $5::uuid ORDER BY d.endpoint_id LIMIT 1)
    UNION ALL
    SELECT following.endpoint_id, ${name}.nth + 1
    FROM ${name} CROSS JOIN LATERAL (
      SELECT d.endpoint_id FROM deliveries d
      WHERE ${predicate} AND d.endpoint_id > ${name}.endpoint_id ORDER BY d.endpoint_id LIMIT 1
    ) AS following
    WHERE ${name}.nth < ${ENDPOINTS_PER_SWEEP}
  )`;
}

const UNORDERED = `d.status = 'pending' AND d.position IS NULL`;
const ORDERED = `d.status = 'pending' AND d.position IS NOT NULL`;

const SWEEP = `
  WITH RECURSIVE ${endpointsOwing('unordered', UNORDERED)}, ${endpointsOwing('ordered', ORDERED)},
  picked AS (
    SELECT due.event_id, due.endpoint_id
    FROM (
      SELECT u.endpoint_id, CASE WHEN f.backlog_since IS NULL THEN $3::int ELSE $6::int END AS wanted FROM unordered u
      JOIN webhook_endpoints e ON e.id = u.endpoint_id AND e.rate_limit_per_second IS NULL
      LEFT JOIN endpoint_flow f ON f.endpoint_id = u.endpoint_id
      WHERE f.paused_until IS NULL
      -- In the order of the walk again, whatever the joins made of it: where the limit cuts, it goes on behind the last.
      ORDER BY u.endpoint_id
    ) AS willing
    CROSS JOIN LATERAL (
      SELECT d.event_id, d.endpoint_id FROM deliveries d
      WHERE d.endpoint_id = willing.endpoint_id AND ${UNORDERED}
        AND d.next_attempt_at <= now() + $1::float8 * interval '1 millisecond'
        AND (d.queued_until IS NULL OR d.queued_until <= now())
      ORDER BY d.next_attempt_at LIMIT willing.wanted FOR UPDATE SKIP LOCKED
    ) AS due
    LIMIT $4
  ), marked AS (${markAsQueued('$2')}
  ), backlogs AS (
    INSERT INTO endpoint_flow (endpoint_id, backlog_since)
    SELECT endpoint_id, now() FROM picked GROUP BY endpoint_id HAVING count(*) >= $3 ORDER BY endpoint_id
    ON CONFLICT (endpoint_id) DO UPDATE SET backlog_since = now() WHERE endpoint_flow.backlog_since IS NULL
  ), in_turn AS (
    SELECT o.endpoint_id FROM ordered o
    UNION
    SELECT u.endpoint_id FROM unordered u
    JOIN webhook_endpoints e ON e.id = u.endpoint_id AND e.rate_limit_per_second IS NOT NULL
    WHERE EXISTS (
      SELECT FROM deliveries d WHERE d.endpoint_id = u.endpoint_id AND ${UNORDERED} AND d.next_attempt_at <= now())
  ), last AS (
    (SELECT endpoint_id FROM unordered WHERE nth = ${ENDPOINTS_PER_SWEEP})
    UNION ALL
    (SELECT endpoint_id FROM ordered WHERE nth = ${ENDPOINTS_PER_SWEEP})
  )
  SELECT 'taken' AS kind, delivery_id, event_id, endpoint_id, attempt, delay_ms FROM marked
  UNION ALL
  SELECT 'in_turn', NULL, NULL, endpoint_id, NULL, NULL FROM in_turn
  UNION ALL
  SELECT 'last', NULL, NULL, endpoint_id, NULL, NULL FROM (SELECT endpoint_id FROM last ORDER BY endpoint_id LIMIT 1) AS least`;
