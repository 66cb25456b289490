import { fanOutEvents, fanOutWaiting, type Executor, type FannedOutDelivery, type FanOutResult } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import type { Logger } from 'pino';
import type { Admission } from '../flow/admission.js';
import type { Feeder } from '../flow/feeder.js';

export interface FanOut {
  /** Fans out these events; those that were fanned out before are passed over. */
  events(eventIds: readonly string[]): Promise<void>;
  /** Fans out what waits longer than it should. @returns how many events were taken */
  waiting(minAgeMs: number, limit: number): Promise<number>;
}

export interface FanOutDeps {
  database: Executor;
  producer: Producer;
  admission: Admission;
  feeder: Feeder;
  /** How many attempts of an endpoint this worker has under way. */
  inFlight(endpointId: string): number;
  endpointConcurrency: number;
  log: Logger;
  onFannedOut(eventCount: number, deliveryCount: number): void;
  /** New deliveries, which are committed. */
  onDeliveries?(deliveries: readonly FannedOutDelivery[]): void;
}

/** Deliveries that an event makes are committed first and enqueued then; what cannot be enqueued is the sweeper's. */
export function createFanOut(deps: FanOutDeps): FanOut {
  const { database, producer, admission, feeder, log, onFannedOut } = deps;
  const enqueue = async ({ event_count, deliveries }: FanOutResult) => {
    onFannedOut(event_count, deliveries.length);
    if (deliveries.length === 0) return;
    deps.onDeliveries?.(deliveries);
    const { queued, held, newBacklogs } = await admission.divide(deliveries);
    if (newBacklogs.length > 0) feeder.hold(newBacklogs);
    remind(deps, held);
    if (queued.length === 0) return;
    try {
      await producer.addDeliveries(
        'deliveries',
        queued.map(({ held_by: _, ...delivery }) => ({ ...delivery, attempt: 1, delay_ms: 0 })),
      );
    } catch (error) {
      // Accepted failure: the rows are committed, so the next sweep enqueues them.
      log.debug({ err: error, deliveries: queued.length }, 'deliveries not enqueued; left to the sweeper');
    }
  };
  return {
    events: async (eventIds) => enqueue(await fanOutEvents(database, eventIds)),
    waiting: async (minAgeMs, limit) => {
      const result = await fanOutWaiting(database, minAgeMs, limit);
      await enqueue(result);
      return result.event_count;
    },
  };
}

/** Endpoints that are fed may have places free at this moment; then what was just committed is the next to feed. */
function remind({ feeder, inFlight, endpointConcurrency }: FanOutDeps, held: readonly FannedOutDelivery[]): void {
  const counts = new Map<string, number>();
  for (const { endpoint_id } of held) counts.set(endpoint_id, (counts.get(endpoint_id) ?? 0) + 1);
  const heldBy = new Map(held.map(({ endpoint_id, held_by }) => [endpoint_id, held_by]));
  for (const [endpointId, count] of counts) {
    const reason = heldBy.get(endpointId);
    if (reason === 'turn') feeder.next(endpointId);
    else if (reason === 'rate') feeder.pace(endpointId);
    else if (reason === 'backlog') {
      const places = Math.min(count, endpointConcurrency - inFlight(endpointId));
      if (places > 0) feeder.feed(endpointId, places);
    }
    // With 'pause' the probe is next, and comes by itself when the pause is over.
  }
}
