import { replayNextBatch, type Database, type ReplayBatch, type StartedRun } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { laneOf, toPublicId } from '@switchboard/shared';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';

export interface ReplayRunnerDeps {
  database: Database;
  producer: Producer;
  log: Logger;
  /** Deliveries that one replay sets going a second, over all workers. */
  ratePerSecond: number;
}

const INTERVAL_MS = 500;

/**
 * Sets the deliveries of running replays going, batch by batch and each replay in its turn. All that it knows stands in
 * PostgreSQL: any worker goes on where another was killed, and as many may run as there are.
 */
export function startReplayRunner(deps: ReplayRunnerDeps): Loop {
  return startLoop({ name: 'replays', intervalMs: INTERVAL_MS, log: deps.log, run: () => runTurn(deps) });
}

async function runTurn({ database, producer, log, ratePerSecond }: ReplayRunnerDeps): Promise<boolean> {
  const batch = await replayNextBatch(database, { ratePerSecond });
  if (!batch) return false;
  await enqueue(producer, log, batch.started);
  if (batch.status === 'completed') logCompleted(log, batch);
  return true;
}

/** What an endpoint takes in turn is found in PostgreSQL when its turn has come; a job of it would be dropped. */
async function enqueue(producer: Producer, log: Logger, started: readonly StartedRun[]): Promise<void> {
  const jobs = started.flatMap(({ is_held, ...job }) => (is_held ? [] : [{ ...job, delay_ms: 0 }]));
  try {
    for (const lane of ['deliveries', 'retries'] as const) {
      const its = jobs.filter(({ attempt }) => laneOf(attempt) === lane);
      if (its.length > 0) await producer.addDeliveries(lane, its);
    }
  } catch (error) {
    // Accepted failure: they are due in PostgreSQL, so the sweeper enqueues them.
    log.debug({ err: error }, 'replayed deliveries not enqueued; left to the sweeper');
  }
}

function logCompleted(log: Logger, { replay_id, tenant_id }: ReplayBatch): void {
  log.info(
    { replay_id: toPublicId('replay', replay_id), tenant_id: toPublicId('tenant', tenant_id) },
    'replay completed',
  );
}
