import { byKey } from '../deliveries/by-key.js';
import type { Executor } from '../executor.js';
import { FEW_PICKED, type TakenDelivery } from './taken.js';

/** An endpoint whose pause is over and that owes nothing due is looked at again after so long, or after its pause. */
const IDLE_PAUSE_MS = 5_000;

/**
 * Takes one delivery of each endpoint whose pause is over: the probe on which its breaker closes or stays open. The
 * pause is lengthened by the lease meanwhile, so that among all workers one probe is under way; a probe that is lost
 * is made again when the lease has passed. An endpoint that owes nothing due waits behind the others, which may be
 * more than are looked at in one call; one that is disabled or deleted needs no breaker any more.
 *
 * The probe is what fell due last: what was due when the breaker opened may still be under way in some worker. In order
 * it is the head, which nothing else can be ahead of. What is claimed is on its way already, and is no probe.
 */
export function takeProbes(
  executor: Executor,
  { leaseMs, limit }: { leaseMs: number; limit: number },
): Promise<TakenDelivery[]> {
  return executor.query<TakenDelivery>({ name: 'take-probes', text: TAKE_PROBES, values: [leaseMs, limit] });
}

const TAKE_PROBES = `
  WITH over AS (
    SELECT f.endpoint_id, e.tenant_id, e.mode, e.enabled AND e.deleted_at IS NULL AS takes_deliveries
    FROM endpoint_flow f JOIN webhook_endpoints e ON e.id = f.endpoint_id
    WHERE f.paused_until <= now()
    ORDER BY f.paused_until LIMIT $2 FOR UPDATE OF f SKIP LOCKED
  ), picked AS (
    SELECT due.event_id, due.endpoint_id
    FROM over o CROSS JOIN LATERAL (
      SELECT * FROM (
        (SELECT head.event_id, head.endpoint_id FROM (
           SELECT * FROM deliveries d
           WHERE d.endpoint_id = o.endpoint_id AND d.status = 'pending' AND d.position IS NOT NULL
           ORDER BY d.position, d.event_id LIMIT 1) AS head
         WHERE head.next_attempt_at <= now() AND (head.queued_until <= now()) IS NOT FALSE AND NOT EXISTS (
           SELECT FROM outbox b WHERE b.tenant_id = o.tenant_id AND b.mode = o.mode AND b.position < head.position))
        UNION ALL
        (SELECT d.event_id, d.endpoint_id FROM deliveries d
         WHERE d.endpoint_id = o.endpoint_id AND d.status = 'pending' AND d.position IS NULL
           AND d.next_attempt_at <= now() AND (d.queued_until <= now()) IS NOT FALSE
         ORDER BY d.next_attempt_at DESC LIMIT 1)
      ) AS candidates LIMIT 1
    ) AS due
    WHERE o.takes_deliveries
  ), looked_at AS (
    UPDATE endpoint_flow f SET
      pause_ms = CASE WHEN o.takes_deliveries THEN f.pause_ms END,
      paused_until = CASE WHEN o.takes_deliveries THEN now() + interval '1 millisecond' *
        CASE WHEN p.endpoint_id IS NOT NULL THEN $1::float8 ELSE least(f.pause_ms, ${IDLE_PAUSE_MS}) END END
    FROM over o LEFT JOIN picked p ON p.endpoint_id = o.endpoint_id
    WHERE f.endpoint_id = o.endpoint_id
  )
  UPDATE deliveries d SET queued_until = now() + $1::float8 * interval '1 millisecond'
  FROM ${FEW_PICKED}
  WHERE ${byKey('d', 'p')} AND d.status = 'pending'
  RETURNING d.id AS delivery_id, d.event_id, d.endpoint_id, d.attempt_count + 1 AS attempt, 0 AS delay_ms`;

/** A probe that was not made gives its turn back; the next is taken after so long. */
const NEXT_PROBE_MS = 1_000;

/** No attempt came of the probe: its endpoint had no place free, or the delivery was no longer owed. Another may be taken. */
export async function giveProbeBack(executor: Executor, endpointId: string): Promise<void> {
  await executor.query({
    name: 'give-probe-back',
    text: `
      UPDATE endpoint_flow
      SET paused_until = least(paused_until, now() + least(pause_ms, ${NEXT_PROBE_MS}) * interval '1 millisecond')
      WHERE endpoint_id = $1 AND paused_until IS NOT NULL`,
    values: [endpointId],
  });
}
