import type { FannedOutDelivery } from '@switchboard/db';
import type { QueueDepth } from './queue-depth.js';

/** Decides which of the deliveries just made go straight into the queue, and which wait in PostgreSQL for their turn. */
export interface Admission {
  divide(deliveries: readonly FannedOutDelivery[]): Promise<Divided>;
}

export interface Divided {
  queued: FannedOutDelivery[];
  /** Left in PostgreSQL because the queue is long, not because of their endpoints, which have a backlog from now on. */
  left: FannedOutDelivery[];
  /** Deliveries that their endpoint's own state holds back. */
  held: FannedOutDelivery[];
}

/** Up to here a worker is through within some 50 ms: nobody waits long behind anybody. */
export const CALM_JOBS = 200;
/** Of a queue that is longer, one endpoint may add so many jobs a second: what gathers beyond is its own backlog. */
const JOBS_PER_ENDPOINT_PER_SECOND = 50;
/** A job takes about 0.8 KB of Redis (measured.md), so that a queue this long takes some 20 MB. */
export const MAX_WAITING_JOBS = 20_000;

/**
 * A queue is one line for all. While it is short everything goes in; once it is not, the endpoints that have much to
 * come wait in PostgreSQL and are fed from there, so that those with little never stand behind their thousands, and
 * Redis stays small whatever happens.
 */
export function createAdmission(depth: QueueDepth, now: () => number = Date.now): Admission {
  let windowStartsAt = now();
  const inWindow = new Map<string, number>();

  const isWithinShare = (endpointId: string) => {
    if (now() - windowStartsAt >= 1_000) {
      inWindow.clear();
      windowStartsAt = now();
    }
    const count = (inWindow.get(endpointId) ?? 0) + 1;
    inWindow.set(endpointId, count);
    return count <= JOBS_PER_ENDPOINT_PER_SECOND;
  };
  return {
    divide: async (deliveries) => {
      const held = deliveries.filter(({ held_by }) => held_by !== null);
      const free = held.length === 0 ? deliveries : deliveries.filter(({ held_by }) => held_by === null);
      const waiting = free.length === 0 ? 0 : await depth.read();
      const queued: FannedOutDelivery[] = [];
      const left: FannedOutDelivery[] = [];
      for (const delivery of free) {
        const length = waiting + queued.length;
        if (length < CALM_JOBS || (length < MAX_WAITING_JOBS && isWithinShare(delivery.endpoint_id))) {
          queued.push(delivery);
        } else {
          left.push(delivery);
        }
      }
      depth.added(queued.length);
      return { queued, held, left };
    },
  };
}
