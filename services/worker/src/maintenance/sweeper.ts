import { FIRST_ENDPOINT_ID, sweepDueDeliveries, type Executor } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import type { Logger } from 'pino';
import { MAX_WAITING_JOBS } from '../flow/admission.js';
import { createEnqueue } from '../flow/enqueue.js';
import type { Feeder } from '../flow/feeder.js';
import { startLoop, type Loop } from '../lifecycle/loop.js';

/** An endpoint that owes more has a backlog: the feeder brings the rest, as its places fall free. */
const PER_ENDPOINT = 100;
/** As many as an endpoint has places in a worker, where nothing else is said: that sets its feeding going again. */
const PER_BACKLOG = 10;
const BATCH_SIZE = 1_000;

export interface SweeperDeps {
  database: Executor;
  producer: Producer;
  feeder: Pick<Feeder, 'next' | 'pace'>;
  log: Logger;
  sweepIntervalMs: number;
}

/**
 * Enqueues what PostgreSQL says is due: retries whose time has come, and first attempts whose job was lost. It looks
 * one interval ahead and gives each job its delay, so that a retry starts on time. A delivery that has its job already
 * is enqueued again under the same id, which BullMQ passes over.
 */
export function startSweeper(deps: SweeperDeps): Loop {
  // Where the queue took no more: the next sweep goes on there, or the same endpoints would come first every time.
  let from = FIRST_ENDPOINT_ID;
  return startLoop({
    name: 'sweeper',
    intervalMs: deps.sweepIntervalMs,
    log: deps.log,
    run: async () => {
      from = (await sweep(deps, from)) ?? FIRST_ENDPOINT_ID;
      return false;
    },
  });
}

/** @returns the endpoint behind which it stopped before its time; null where it came to the end */
async function sweep(deps: SweeperDeps, from: string): Promise<string | null> {
  const { database, producer, feeder, sweepIntervalMs } = deps;
  const enqueue = createEnqueue(deps);
  let afterEndpointId: string | null = from;
  while (afterEndpointId !== null && producer.isReady()) {
    const waiting = (await producer.waitingCount('deliveries')) + (await producer.waitingCount('retries'));
    const limit = Math.min(MAX_WAITING_JOBS - waiting, BATCH_SIZE);
    if (limit <= 0) return afterEndpointId;
    const swept = await sweepDueDeliveries(database, {
      aheadMs: sweepIntervalMs,
      leaseMs: sweepIntervalMs,
      perEndpoint: PER_ENDPOINT,
      perBacklog: PER_BACKLOG,
      limit,
      afterEndpointId,
    });
    await enqueue(swept.taken);
    for (const id of swept.inTurn) {
      feeder.next(id);
      feeder.pace(id);
    }
    afterEndpointId = swept.lastEndpointId;
  }
  return afterEndpointId;
}
