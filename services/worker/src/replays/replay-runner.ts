import { replayNextBatch, type Database, type ReplayBatch } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { toPublicId } from '@switchboard/shared';
import type { Logger } from 'pino';
import { createEnqueue } from '../flow/enqueue.js';
import { startLoop, type Loop } from '../lifecycle/loop.js';

export interface ReplayRunnerDeps {
  database: Database;
  producer: Producer;
  log: Logger;
  /** Deliveries that one replay sets going a second, over all workers. */
  ratePerSecond: number;
  /** Deliveries whose new run has begun. */
  onStarted?(deliveries: ReplayBatch['started']): void;
}

const INTERVAL_MS = 500;

/**
 * Sets the deliveries of running replays going, batch by batch and each replay in its turn. All that it knows stands in
 * PostgreSQL: any worker goes on where another was killed, and as many may run as there are.
 */
export function startReplayRunner(deps: ReplayRunnerDeps): Loop {
  return startLoop({ name: 'replays', intervalMs: INTERVAL_MS, log: deps.log, run: () => runTurn(deps) });
}

async function runTurn(deps: ReplayRunnerDeps): Promise<boolean> {
  const batch = await replayNextBatch(deps.database, { ratePerSecond: deps.ratePerSecond });
  if (!batch) return false;
  deps.onStarted?.(batch.started);
  // What an endpoint takes in turn is found in PostgreSQL when its turn has come; a job of it would be dropped.
  const free = batch.started.flatMap(({ is_held, ...run }) => (is_held ? [] : [{ ...run, delay_ms: 0 }]));
  await createEnqueue(deps)(free);
  if (batch.status === 'completed') logCompleted(deps.log, batch);
  return true;
}

function logCompleted(log: Logger, { replay_id, tenant_id }: ReplayBatch): void {
  log.info(
    { replay_id: toPublicId('replay', replay_id), tenant_id: toPublicId('tenant', tenant_id) },
    'replay completed',
  );
}
