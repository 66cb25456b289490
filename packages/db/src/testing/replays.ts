import { newUuid } from '@switchboard/shared';
import type { Executor } from '../executor.js';
import type { ReplayFilter } from '../replays/scan.js';

/** A running replay as the API makes it: of all dead deliveries up to now, where nothing is said. @returns its id */
export async function insertReplay(
  executor: Executor,
  replay: Partial<ReplayFilter> & { tenant_id: string; matched?: number },
): Promise<string> {
  const id = newUuid();
  await executor.query({
    text: `
      INSERT INTO replays (id, tenant_id, mode, endpoint_id, statuses, event_type, since, until, matched, next_batch_at, error_code)
      VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce($8, now() + interval '1 second'), $9, now() - interval '1 second', $10)`,
    values: [
      id,
      replay.tenant_id,
      replay.mode ?? 'live',
      replay.endpoint_id ?? null,
      replay.statuses ?? ['dead'],
      replay.event_type ?? null,
      replay.since ?? null,
      replay.until ?? null,
      replay.matched ?? 0,
      replay.error_code ?? null,
    ],
  });
  return id;
}

export interface ReplayState {
  status: string;
  matched: number;
  replayed: number;
  skipped: number;
  completed_at: Date | null;
  /** Until its next turn, by the database's clock. */
  next_in_ms: number;
}

export async function replayState(executor: Executor, id: string): Promise<ReplayState> {
  const [row] = await executor.query<ReplayState>({
    text: `
      SELECT status, matched, replayed, skipped, completed_at,
        (extract(epoch FROM next_batch_at - clock_timestamp()) * 1000)::float8 AS next_in_ms
      FROM replays WHERE id = $1`,
    values: [id],
  });
  if (!row) throw new Error('There is no such replay.');
  return row;
}

/** As if the pause until a replay's next turn were over: tests need not wait for it. */
export async function hasten(executor: Executor, id: string): Promise<void> {
  await executor.query({
    text: `UPDATE replays SET next_batch_at = now() - interval '1 second' WHERE id = $1`,
    values: [id],
  });
}
