import type { Database } from '../database.js';
import type { Executor } from '../executor.js';
import { scanWindow, type ReplayFilter, type ScannedWindow } from './scan.js';
import { startReplayRuns, type StartedRun } from './start-runs.js';

/** What one turn of a replay did. */
export interface ReplayBatch {
  replay_id: string;
  tenant_id: string;
  status: 'running' | 'completed';
  started: StartedRun[];
}

interface RunningReplay extends ReplayFilter {
  id: string;
  matched: number;
  replayed: number;
  skipped: number;
  left_behind: number;
  cursor_id: string | null;
  created_at: Date;
}

/** How a replay stands after a turn; the pause is that until its next one. */
type Progress = Pick<RunningReplay, 'matched' | 'replayed' | 'skipped' | 'left_behind' | 'cursor_id'> & {
  status: 'running' | 'completed';
  pause_ms: number;
};

/** Deliveries looked at in a turn: it costs milliseconds, however few of them fit. */
const WINDOW_SIZE = 1_000;
const TURNS_PER_SECOND = 2;
/** Until it is looked again whether an endpoint that was held up takes deliveries. */
const HELD_PAUSE_MS = 5_000;
/** Until a further pass over all for what was left behind. */
const PASS_PAUSE_MS = 15_000;
/** A replay whose turn failed must not keep the others from theirs. */
const FAILURE_PAUSE_MS = 30_000;

/**
 * Gives the replay that waits longest its turn: sets its next deliveries going, and notes how far it is, in one
 * transaction, so that a crash at any moment repeats nothing and loses nothing. The row's lock keeps other workers away.
 *
 * @param ratePerSecond deliveries of one replay a second, over all workers
 * @returns null where no replay is due
 */
export async function replayNextBatch(
  database: Database,
  { ratePerSecond }: { ratePerSecond: number },
): Promise<ReplayBatch | null> {
  let taken: RunningReplay | undefined;
  try {
    return await database.transaction(async (transaction) => {
      taken = await takeReplay(transaction);
      return taken ? await advance(transaction, taken, ratePerSecond) : null;
    });
  } catch (error) {
    if (taken) await postpone(database, taken.id);
    throw error;
  }
}

async function advance(transaction: Executor, replay: RunningReplay, ratePerSecond: number): Promise<ReplayBatch> {
  const window = await scanWindow(transaction, replay, {
    afterId: replay.cursor_id,
    endedBy: replay.created_at,
    limit: WINDOW_SIZE,
  });
  const { id: replay_id, tenant_id, mode } = replay;
  if (replay.endpoint_id !== null && window.fitting.some(({ verdict }) => verdict === 'held')) {
    await save(transaction, replay_id, { ...replay, status: 'running', pause_ms: HELD_PAUSE_MS });
    return { replay_id, tenant_id, status: 'running', started: [] };
  }
  const part = cut(window, Math.ceil(ratePerSecond / TURNS_PER_SECOND));
  const started = await startReplayRuns(transaction, { tenant_id, mode, replay_id }, part.possible);
  const progress = progressAfter(replay, part, started.length);
  const pause_ms = Math.max(progress.pause_ms, (started.length / ratePerSecond) * 1_000);
  await save(transaction, replay_id, { ...progress, pause_ms });
  return { replay_id, tenant_id, status: progress.status, started };
}

interface Part {
  possible: { event_id: string; endpoint_id: string }[];
  impossible: number;
  held: number;
  cursor_id: string | null;
  is_end: boolean;
}

/** The part of a window up to the batch's last delivery, or all of it. */
function cut(window: ScannedWindow, batchSize: number): Part {
  const part: Part = { possible: [], impossible: 0, held: 0, cursor_id: null, is_end: false };
  for (const delivery of window.fitting) {
    if (delivery.verdict === 'possible' && part.possible.length === batchSize) return part;
    if (delivery.verdict === 'possible') part.possible.push(delivery);
    else part[delivery.verdict] += 1;
    part.cursor_id = delivery.delivery_id;
  }
  return { ...part, cursor_id: window.last_id, is_end: window.examined < WINDOW_SIZE };
}

function progressAfter(replay: RunningReplay, part: Part, startedCount: number): Progress {
  const replayed = replay.replayed + startedCount;
  // Somebody else was quicker with these few: they are pending already.
  const skipped = replay.skipped + part.impossible + (part.possible.length - startedCount);
  const left_behind = replay.left_behind + part.held;
  const { matched } = replay;
  if (!part.is_end) {
    return { status: 'running', matched, replayed, skipped, left_behind, cursor_id: part.cursor_id, pause_ms: 0 };
  }
  // The next pass counts again what can not be replayed.
  const again = { cursor_id: null, left_behind: 0, skipped: 0, pause_ms: PASS_PAUSE_MS };
  if (left_behind > 0) return { ...again, status: 'running', matched, replayed };
  // What fitted when it was asked for and does not any more was replayed by somebody else, or is gone.
  const notReplayed = Math.max(skipped, matched - replayed);
  return {
    ...{ status: 'completed', matched: replayed + notReplayed, replayed, skipped: notReplayed },
    ...{ left_behind: 0, cursor_id: part.cursor_id, pause_ms: 0 },
  };
}

async function takeReplay(transaction: Executor): Promise<RunningReplay | undefined> {
  const [replay] = await transaction.query<RunningReplay>({
    name: 'take-replay',
    text: `
      SELECT id, tenant_id, mode, endpoint_id, statuses, event_type, error_code, since, until,
        matched, replayed, skipped, left_behind, cursor_id, created_at
      FROM replays WHERE status = 'running' AND next_batch_at <= now()
      ORDER BY next_batch_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
    values: [],
  });
  return replay;
}

async function save(transaction: Executor, id: string, progress: Progress): Promise<void> {
  await transaction.query({
    name: 'save-replay',
    text: `
      UPDATE replays SET status = $2, matched = $3, replayed = $4, skipped = $5, left_behind = $6, cursor_id = $7,
        next_batch_at = clock_timestamp() + $8::float8 * interval '1 millisecond', updated_at = now(),
        completed_at = CASE WHEN $2 = 'completed' THEN now() END
      WHERE id = $1`,
    values: [
      id,
      progress.status,
      progress.matched,
      progress.replayed,
      progress.skipped,
      progress.left_behind,
      progress.cursor_id,
      progress.pause_ms,
    ],
  });
}

async function postpone(executor: Executor, id: string): Promise<void> {
  await executor
    .query({
      text: `UPDATE replays SET next_batch_at = now() + $2::float8 * interval '1 millisecond' WHERE id = $1`,
      values: [id, FAILURE_PAUSE_MS],
    })
    // The error that led here says more.
    .catch(() => undefined);
}
