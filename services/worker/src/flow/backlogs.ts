import {
  giveBackDeliveries,
  markBacklogs,
  takeBacklog,
  type DeliveryKey,
  type Executor,
  type TakenDelivery,
} from '@switchboard/db';
import { createBatcher, laneOf } from '@switchboard/shared';
import { createAskingAgain } from './asking-again.js';
import type { OwnLanes } from './own-lanes.js';

/** The endpoints that this worker knows to have more to take than places. */
export interface Backlogs {
  has(endpointId: string): boolean;
  /** @returns a promise of the mark in the database; undefined where there is a fresh one */
  mark(endpointId: string): Promise<void> | undefined;
  /** Takes and begins what is due, until the endpoint has `upTo` deliveries here that it has not answered. */
  feed(endpointId: string, upTo: number): Promise<void>;
  /** Frees a delivery that found no place. */
  giveBack(delivery: DeliveryKey): Promise<void>;
}

export interface BacklogsDeps {
  database: Executor;
  lanes: Pick<OwnLanes, 'take' | 'freePlaces' | 'unanswered'>;
  /** How many attempts of an endpoint this worker has under way, its own and those from the queue. */
  inFlight(endpointId: string): number;
  leaseMs: number;
}

/** How long a backlog that was marked needs not be marked again. */
const MARK_FRESH_MS = 1_000;
const MAX_BATCH = 500;
const MAX_KNOWN_LANES = 10_000;

type Lane = ReturnType<typeof laneOf>;

export function createBacklogs({ database, lanes, inFlight, leaseMs }: BacklogsDeps): Backlogs {
  const markedAt = new Map<string, number>();
  const share = createShare({ lanes, inFlight });
  const marks = createBatcher<string, void>({
    maxSize: MAX_BATCH,
    maxUnderWay: 1,
    run: async (ids) => {
      await markBacklogs(database, [...new Set(ids)]);
      return ids.map(() => undefined);
    },
  });
  const givenBack = createBatcher<DeliveryKey, void>({
    maxSize: MAX_BATCH,
    maxUnderWay: 1,
    run: async (keys) => {
      await giveBackDeliveries(database, keys);
      return keys.map(() => undefined);
    },
  });
  const takes = createBatcher<{ id: string; upTo: number }, void>({
    maxSize: MAX_BATCH,
    // One at a time: what ends while a batch is taken is replaced together with the next.
    maxUnderWay: 1,
    run: async (asked) => {
      const upTo = new Map(asked.map(({ id, upTo: limit }) => [id, limit]));
      const wanted = share.divide(upTo);
      const { taken, ended } = wanted.size === 0 ? NOTHING : await takeBacklog(database, wanted, leaseMs);
      for (const id of ended) markedAt.delete(id);
      share.learn(taken);
      // Of the other lane than it was thought to be, and that one is full.
      await Promise.all(lanes.take(taken).map((delivery) => givenBack.submit(delivery)));
      for (const [id, limit] of upTo) {
        if (ended.includes(id) || lanes.unanswered(id) > 0) askingAgain.settled(id);
        else askingAgain.gotNothing(id, limit);
      }
      return asked.map(() => undefined);
    },
  });
  // Accepted failure: the sweeper sets its feeding going again.
  const askingAgain = createAskingAgain((id, upTo) => void takes.submit({ id, upTo }).catch(() => undefined));
  return {
    has: (endpointId) => markedAt.has(endpointId),
    mark: (endpointId) => {
      if (Date.now() - (markedAt.get(endpointId) ?? 0) <= MARK_FRESH_MS) return undefined;
      markedAt.set(endpointId, Date.now());
      return marks.submit(endpointId);
    },
    feed: (id, upTo) => takes.submit({ id, upTo }),
    giveBack: ({ event_id, endpoint_id }) => givenBack.submit({ event_id, endpoint_id }),
  };
}

const NOTHING: Awaited<ReturnType<typeof takeBacklog>> = { taken: [], ended: [] };

/** Divides the free places among the endpoints that ask. */
function createShare({ lanes, inFlight }: Pick<BacklogsDeps, 'lanes' | 'inFlight'>) {
  // What an endpoint gave last is most likely what it gives next.
  const laneOfEndpoint = new Map<string, Lane>();
  return {
    divide: (upTo: ReadonlyMap<string, number>): Map<string, number> => {
      const free = { deliveries: lanes.freePlaces('deliveries'), retries: lanes.freePlaces('retries') };
      const wanted = new Map<string, number>();
      for (const [id, limit] of upTo) {
        const lane = laneOfEndpoint.get(id) ?? 'deliveries';
        const count = Math.min(limit - Math.max(lanes.unanswered(id), inFlight(id)), free[lane]);
        if (count <= 0) continue;
        wanted.set(id, count);
        free[lane] -= count;
      }
      return wanted;
    },
    learn: (taken: readonly TakenDelivery[]): void => {
      if (laneOfEndpoint.size > MAX_KNOWN_LANES) laneOfEndpoint.clear();
      for (const { endpoint_id, attempt } of taken) laneOfEndpoint.set(endpoint_id, laneOf(attempt));
    },
  };
}
