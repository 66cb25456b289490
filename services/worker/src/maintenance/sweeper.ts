import { findDueDeliveries, type Executor } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { laneOf } from '@switchboard/shared';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';

/** As many jobs as the sweeper lets wait in the queue: enough for any worker, little for Redis' memory (invariant 4). */
const MAX_WAITING_JOBS = 10_000;

export interface SweeperDeps {
  database: Executor;
  producer: Producer;
  log: Logger;
  sweepIntervalMs: number;
}

/**
 * Enqueues what PostgreSQL says is due: retries whose time has come, and first attempts whose job was lost. It looks
 * one interval ahead and gives each job its delay, so that a retry starts on time. A delivery that has its job already
 * is enqueued again under the same id, which BullMQ passes over.
 */
export function startSweeper(deps: SweeperDeps): Loop {
  return startLoop({ name: 'sweeper', intervalMs: deps.sweepIntervalMs, log: deps.log, run: () => sweep(deps) });
}

async function sweep({ database, producer, sweepIntervalMs }: SweeperDeps): Promise<boolean> {
  if (!producer.isReady()) return false;
  const waiting = (await producer.waitingCount('deliveries')) + (await producer.waitingCount('retries'));
  const limit = MAX_WAITING_JOBS - waiting;
  if (limit <= 0) return false;
  const due = await findDueDeliveries(database, { aheadMs: sweepIntervalMs, limit });
  for (const lane of ['deliveries', 'retries'] as const) {
    const jobs = due.filter((delivery) => laneOf(delivery.attempt) === lane);
    if (jobs.length > 0) await producer.addDeliveries(lane, jobs);
  }
  return false;
}
