import { newUuid } from '@switchboard/shared';
import type { Executor } from '../executor.js';
import type { Claim } from '../flow/give-back.js';

export interface OwedFixture {
  tenant_id: string;
  endpoint_id: string;
  count?: number;
  /** When the last of them is due, from now: just now where nothing is said. Each is due a millisecond after the one before. */
  due_in_ms?: number;
  /** For a fifo endpoint: one for each. */
  positions?: number[];
}

/** Deliveries that are owed, without the events that nothing about flow asks for. @returns their events' ids, in order */
export async function insertOwed(executor: Executor, owed: OwedFixture): Promise<string[]> {
  const count = owed.positions?.length ?? owed.count ?? 1;
  const eventIds = Array.from({ length: count }, () => newUuid());
  await executor.query({
    text: `
      INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, position, next_attempt_at)
      SELECT event_id, $2, delivery_id_for(event_id), $3, 'live', 'test.owed', position,
        now() + ($5::float8 + nth - $6::int) * interval '1 millisecond'
      FROM unnest($1::uuid[], $4::bigint[]) WITH ORDINALITY AS o (event_id, position, nth)`,
    values: [
      eventIds,
      owed.endpoint_id,
      owed.tenant_id,
      owed.positions ?? eventIds.map(() => null),
      owed.due_in_ms ?? -1,
      count,
    ],
  });
  return eventIds;
}

/** The deliveries of an endpoint that are believed to be on their way, most overdue first. */
export function claimsOf(executor: Executor, endpointId: string): Promise<Claim[]> {
  return executor.query<Claim>({
    text: `
      SELECT event_id, endpoint_id, queued_until AS claimed_until FROM deliveries
      WHERE endpoint_id = $1 AND queued_until IS NOT NULL ORDER BY next_attempt_at`,
    values: [endpointId],
  });
}

/** Time passes for what was taken: their leases are over. */
export async function endLeases(executor: Executor, endpointId: string): Promise<void> {
  await executor.query({
    text: 'UPDATE deliveries SET queued_until = now() WHERE endpoint_id = $1 AND queued_until IS NOT NULL',
    values: [endpointId],
  });
}

/** Ends deliveries of these events, as an attempt that succeeds does. */
export async function endDeliveries(executor: Executor, eventIds: readonly string[]): Promise<void> {
  await executor.query({
    text: `UPDATE deliveries SET status = 'succeeded', next_attempt_at = NULL, queued_until = NULL WHERE event_id = ANY ($1::uuid[])`,
    values: [eventIds],
  });
}

export interface FlowState {
  has_backlog: boolean;
  /** Of the breaker, from now; null while it is closed. */
  paused_for_ms: number | null;
  pause_ms: number | null;
  tokens: number | null;
}

/** What is written of an endpoint's flow; null where nothing is. */
export async function flowOf(executor: Executor, endpointId: string): Promise<FlowState | null> {
  const [row] = await executor.query<FlowState>({
    text: `SELECT backlog_since IS NOT NULL AS has_backlog, pause_ms, tokens,
        floor(extract(epoch FROM paused_until - now()) * 1000)::float8 AS paused_for_ms
      FROM endpoint_flow WHERE endpoint_id = $1`,
    values: [endpointId],
  });
  return row ?? null;
}

/** Writes an endpoint's flow as SQL says: `paused_until = now(), pause_ms = 100`. */
export async function setFlow(executor: Executor, endpointId: string, change: string): Promise<void> {
  await executor.query({
    text: 'INSERT INTO endpoint_flow (endpoint_id) VALUES ($1) ON CONFLICT DO NOTHING',
    values: [endpointId],
  });
  await executor.query({ text: `UPDATE endpoint_flow SET ${change} WHERE endpoint_id = $1`, values: [endpointId] });
}
