import {
  fanOutEvents,
  fanOutWaiting,
  type Executor,
  type FannedOutDelivery,
  type FanOutResult,
  type TakenDelivery,
} from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { createBatcher } from '@switchboard/shared';
import type { Logger } from 'pino';
import type { Admission } from '../flow/admission.js';
import type { Feeder } from '../flow/feeder.js';
import type { OwnLanes } from '../flow/own-lanes.js';

export interface FanOut {
  /** Fans out these events; those that were fanned out before are passed over. */
  events(eventIds: readonly string[]): Promise<void>;
  /** Fans out what waits longer than it should. @returns how many events were taken */
  waiting(minAgeMs: number, limit: number): Promise<number>;
}

export interface FanOutDeps {
  database: Executor;
  producer: Producer;
  /** Where this worker attempts what it has fanned out itself, as far as it has places. */
  lanes: Pick<OwnLanes, 'take'>;
  admission: Admission;
  feeder: Feeder;
  endpointConcurrency: number;
  log: Logger;
  /** For how long a delivery is believed to be on its way. */
  leaseMs: number;
  onFannedOut(eventCount: number, deliveryCount: number): void;
  /** New deliveries, which are committed. */
  onDeliveries?(deliveries: readonly FannedOutDelivery[]): void;
}

/** A fan-out of so many takes some milliseconds, and its deliveries' rows are locked no longer than that. */
const EVENTS_AT_ONCE = 200;

/** Deliveries that an event makes are committed first and enqueued then; what cannot be enqueued is the sweeper's. */
export function createFanOut(deps: FanOutDeps): FanOut {
  const { database, producer, admission, feeder, log, leaseMs, onFannedOut } = deps;
  const enqueue = async ({ event_count, deliveries }: FanOutResult) => {
    onFannedOut(event_count, deliveries.length);
    if (deliveries.length === 0) return;
    deps.onDeliveries?.(deliveries);
    const { queued, held, left } = await admission.divide(begin(deps, deliveries));
    if (left.length > 0) leaveInPostgres(feeder, left);
    remind(deps, held);
    if (queued.length === 0) return;
    try {
      await producer.addDeliveries('deliveries', queued.map(firstAttempt));
    } catch (error) {
      // Accepted failure: the rows are committed, so that a sweep enqueues them when their lease is over.
      log.debug({ err: error, deliveries: queued.length }, 'deliveries not enqueued; left to the sweeper');
    }
  };
  // Jobs that come in one moment are one statement: where each event is published by itself, each job has one.
  const given = createBatcher<string, void>({
    maxSize: EVENTS_AT_ONCE,
    maxUnderWay: 2,
    run: async (eventIds) => {
      await enqueue(await fanOutEvents(database, [...new Set(eventIds)], leaseMs));
      return eventIds.map(() => undefined);
    },
  });
  return {
    events: async (eventIds) => {
      await Promise.all(eventIds.map((id) => given.submit(id)));
    },
    waiting: async (minAgeMs, limit) => {
      const result = await fanOutWaiting(database, minAgeMs, limit, leaseMs);
      await enqueue(result);
      return result.event_count;
    },
  };
}

function firstAttempt({ delivery_id, event_id, endpoint_id }: FannedOutDelivery): TakenDelivery {
  return { delivery_id, event_id, endpoint_id, attempt: 1, delay_ms: 0 };
}

/** @returns what this worker has not begun itself */
function begin(
  { lanes, endpointConcurrency }: FanOutDeps,
  deliveries: readonly FannedOutDelivery[],
): readonly FannedOutDelivery[] {
  const free = deliveries.filter(({ held_by }) => held_by === null).map(firstAttempt);
  const rest = lanes.take(free, endpointConcurrency);
  const waiting = new Set(rest.map(({ delivery_id }) => delivery_id));
  return deliveries.filter(({ held_by, delivery_id }) => held_by !== null || waiting.has(delivery_id));
}

/** Nobody has them in hand: they are the backlogs that their endpoints have from now on. */
function leaveInPostgres(feeder: Feeder, left: readonly FannedOutDelivery[]): void {
  feeder.hold([...new Set(left.map(({ endpoint_id }) => endpoint_id))]);
  for (const { event_id, endpoint_id, claimed_until } of left) {
    if (claimed_until) feeder.giveBack({ event_id, endpoint_id, claimed_until });
  }
}

/** Endpoints that are fed may have places free at this moment; then what was just committed is the next to feed. */
function remind({ feeder, endpointConcurrency }: FanOutDeps, held: readonly FannedOutDelivery[]): void {
  const heldBy = new Map(held.map(({ endpoint_id, held_by }) => [endpoint_id, held_by]));
  for (const [endpointId, reason] of heldBy) {
    if (reason === 'turn') feeder.next(endpointId);
    else if (reason === 'rate') feeder.pace(endpointId);
    else if (reason === 'backlog') feeder.feed(endpointId, endpointConcurrency);
    // With 'pause' the probe is next, and comes by itself when the pause is over.
  }
}
