import type { Executor } from '../executor.js';

/** Notes that these endpoints have more to take than they have places for: the fan-out then leaves theirs in PostgreSQL. */
export async function markBacklogs(executor: Executor, endpointIds: readonly string[]): Promise<void> {
  await executor.query({
    name: 'mark-backlogs',
    text: `
      INSERT INTO endpoint_flow (endpoint_id, backlog_since)
      SELECT id, now() FROM unnest($1::uuid[]) AS given (id) ORDER BY id
      ON CONFLICT (endpoint_id) DO UPDATE SET backlog_since = now() WHERE endpoint_flow.backlog_since IS NULL`,
    values: [endpointIds],
  });
}

/**
 * Opens an endpoint's breaker for the first pause. Where another worker has opened it already, its pause stands.
 * @returns whether it was this call that opened it
 */
export async function openBreaker(executor: Executor, endpointId: string, pauseMs: number): Promise<boolean> {
  const rows = await executor.query({
    name: 'open-breaker',
    text: `
      INSERT INTO endpoint_flow (endpoint_id, paused_until, pause_ms)
      VALUES ($1, now() + $2::float8 * interval '1 millisecond', $2)
      ON CONFLICT (endpoint_id) DO UPDATE SET paused_until = EXCLUDED.paused_until, pause_ms = EXCLUDED.pause_ms
      WHERE endpoint_flow.paused_until IS NULL
      RETURNING endpoint_id`,
    values: [endpointId, pauseMs],
  });
  return rows.length > 0;
}

/** After a probe that failed: the pause doubles up to `maxPauseMs`. Does nothing where the breaker is closed. */
export async function lengthenPause(executor: Executor, endpointId: string, maxPauseMs: number): Promise<void> {
  await executor.query({
    name: 'lengthen-pause',
    text: `
      UPDATE endpoint_flow SET pause_ms = least(pause_ms * 2, $2::int),
        paused_until = now() + least(pause_ms * 2, $2::int) * interval '1 millisecond'
      WHERE endpoint_id = $1 AND paused_until IS NOT NULL`,
    values: [endpointId, maxPauseMs],
  });
}

/** After a probe that succeeded. What has gathered meanwhile is a backlog, and is fed as one. @returns whether it was open */
export async function closeBreaker(executor: Executor, endpointId: string): Promise<boolean> {
  const rows = await executor.query({
    name: 'close-breaker',
    text: `
      UPDATE endpoint_flow SET paused_until = NULL, pause_ms = NULL, backlog_since = coalesce(backlog_since, now())
      WHERE endpoint_id = $1 AND paused_until IS NOT NULL
      RETURNING endpoint_id`,
    values: [endpointId],
  });
  return rows.length > 0;
}
