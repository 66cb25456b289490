import {
  cancelOwed,
  disableEndpoint,
  findEndpointsToDisable,
  type Database,
  type EndpointToDisable,
} from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { toPublicId } from '@switchboard/shared';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';

export interface AutoDisableDeps {
  database: Database;
  producer: Producer;
  log: Logger;
}

/** An endpoint that is hardly used is not disabled for a handful of failures. */
const MIN_FAILED_DELIVERIES = 20;
const INTERVAL_MS = 60_000;
const CANCEL_BATCH_SIZE = 1_000;

/**
 * Disables endpoints all of whose attempts have failed for `failingForMs`, those of at least 20 deliveries. Several
 * workers may look at once: an endpoint is disabled once, whoever comes first.
 */
export function startAutoDisable(deps: AutoDisableDeps & { failingForMs: number; intervalMs?: number }): Loop {
  return startLoop({
    name: 'auto-disable',
    intervalMs: deps.intervalMs ?? INTERVAL_MS,
    log: deps.log,
    run: async () => {
      const { failingForMs } = deps;
      const ids = await findEndpointsToDisable(deps.database, { failingForMs, minFailed: MIN_FAILED_DELIVERIES });
      for (const endpoint_id of ids) await disable(deps, { endpoint_id, reason: 'failing' });
      return false;
    },
  });
}

/**
 * What a 410 sets going: the endpoint is disabled, its tenant's other endpoints are told, and what is pending for it is
 * cancelled. Never throws: where it fails, the next attempt is answered 410 again, or the loop that cancels goes on.
 */
export function createOnGone(deps: AutoDisableDeps): (delivery: { endpoint_id: string; url: string }) => Promise<void> {
  return async ({ endpoint_id, url }) => {
    try {
      if (await disable(deps, { endpoint_id, reason: 'gone', url })) await cancelWhatIsLater(deps, endpoint_id);
    } catch (error) {
      deps.log.warn(
        { err: error, endpoint_id: toPublicId('endpoint', endpoint_id) },
        'endpoint that is gone not disabled',
      );
    }
  };
}

/** @returns whether it was this call that disabled it */
async function disable({ database, producer, log }: AutoDisableDeps, target: EndpointToDisable): Promise<boolean> {
  const eventIds = await disableEndpoint(database, target);
  if (!eventIds) return false;
  const { endpoint_id, reason } = target;
  log.warn({ endpoint_id: toPublicId('endpoint', endpoint_id), reason }, 'endpoint disabled');
  try {
    await producer.addEvents(eventIds);
  } catch (error) {
    // Accepted failure: the event is committed, so the relay finds it.
    log.debug({ err: error }, 'disabling not announced; left to the relay');
  }
  return true;
}

/** What is due now may be under way and is left to end by itself; startCancelClosed() takes the rest of it a little later. */
async function cancelWhatIsLater({ database }: AutoDisableDeps, endpointId: string): Promise<void> {
  const batch = {
    endpoint_id: endpointId,
    cancel_reason: 'endpoint_disabled',
    which: 'later',
    limit: CANCEL_BATCH_SIZE,
  } as const;
  while ((await cancelOwed(database, batch)) === CANCEL_BATCH_SIZE);
}
