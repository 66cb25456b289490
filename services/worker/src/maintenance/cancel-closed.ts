import { cancelOwed, findClosedEndpoints, type ClosedEndpoint, type Executor } from '@switchboard/db';
import { toPublicId } from '@switchboard/shared';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';

export interface CancelClosedDeps {
  database: Executor;
  log: Logger;
  sweepIntervalMs: number;
  /** The deadline of endpoints without a `timeout_ms`: attempts under way when an endpoint is closed have so long to end. */
  attemptTimeoutMs: number;
}

const BATCH_SIZE = 1_000;
/** One endpoint's million must not keep the others waiting: after so many batches the next one has its turn. */
const BATCHES_A_TURN = 10;

/**
 * Cancels what is owed to deleted and disabled endpoints without bringing each delivery through the queue: all of it
 * where the endpoint is gone for good, and what is due where its owner may enable it again.
 */
export function startCancelClosed(deps: CancelClosedDeps): Loop {
  return startLoop({
    name: 'cancel-closed',
    intervalMs: deps.sweepIntervalMs,
    log: deps.log,
    run: async () => {
      let isMore = false;
      for (const endpoint of await findClosedEndpoints(deps.database, deps.attemptTimeoutMs)) {
        const cancelled = await cancelBatches(deps.database, endpoint);
        if (cancelled > 0) logCancelled(deps.log, endpoint, cancelled);
        isMore ||= cancelled === BATCHES_A_TURN * BATCH_SIZE;
      }
      return isMore;
    },
  });
}

async function cancelBatches(database: Executor, endpoint: ClosedEndpoint): Promise<number> {
  let cancelled = 0;
  for (let batch = 0; batch < BATCHES_A_TURN; batch += 1) {
    const count = await cancelOwed(database, { ...endpoint, limit: BATCH_SIZE });
    cancelled += count;
    if (count < BATCH_SIZE) break;
  }
  return cancelled;
}

function logCancelled(log: Logger, { endpoint_id, cancel_reason }: ClosedEndpoint, deliveries: number): void {
  log.info(
    { endpoint_id: toPublicId('endpoint', endpoint_id), cancel_reason, deliveries },
    'deliveries cancelled without an attempt',
  );
}
