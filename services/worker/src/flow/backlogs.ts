import {
  giveBackDeliveries,
  markBacklogs,
  takeBacklog,
  type BacklogDelivery,
  type Claim,
  type Executor,
} from '@switchboard/db';
import { createBatcher } from '@switchboard/shared';
import { createAskingAgain } from './asking-again.js';
import type { Enqueue } from './enqueue.js';
import { CALM_JOBS } from './admission.js';
import type { QueueDepth } from './queue-depth.js';
import type { OwnLanes } from './own-lanes.js';

/** The endpoints that this worker knows to have more to take than places. */
export interface Backlogs {
  has(endpointId: string): boolean;
  /** @returns a promise of the mark in the database; undefined where there is a fresh one */
  mark(endpointId: string): Promise<void> | undefined;
  /** Takes and begins what is due, until the endpoint has `upTo` deliveries here that it has not answered. */
  feed(endpointId: string, upTo: number): Promise<void>;
  /** Frees a delivery that found no place. */
  giveBack(claim: Claim): Promise<void>;
}

export interface BacklogsDeps {
  database: Executor;
  lanes: Pick<OwnLanes, 'take' | 'freePlaces' | 'unanswered'>;
  /** For what may be in the queue already, which knows. */
  enqueue: Enqueue;
  depth: Pick<QueueDepth, 'read'>;
  /** How many attempts of an endpoint this worker has under way, its own and those from the queue. */
  inFlight(endpointId: string): number;
  leaseMs: number;
}

/** How long a backlog that was marked needs not be marked again. */
const MARK_FRESH_MS = 1_000;
const MAX_BATCH = 500;
/** What was taken for the queue has arrived by then, wherever it was to go. */
const FILL_INTERVAL_MS = 100;
const MAX_KNOWN_ENDPOINTS = 10_000;

export function createBacklogs({ database, lanes, enqueue, depth, inFlight, leaseMs }: BacklogsDeps): Backlogs {
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
  const givenBack = createBatcher<Claim, void>({
    maxSize: MAX_BATCH,
    maxUnderWay: 1,
    run: async (claims) => {
      await giveBackDeliveries(database, claims);
      return claims.map(() => undefined);
    },
  });
  const takes = createBatcher<Asked, void>({
    maxSize: MAX_BATCH,
    // One at a time: what ends while a batch is taken is replaced together with the next.
    maxUnderWay: 1,
    run: async (asked) => {
      const wanted = share.divide(asked, (await depth.read()) < CALM_JOBS);
      const { taken, ended } = wanted.size === 0 ? NOTHING : await takeBacklog(database, wanted, leaseMs);
      for (const id of ended) markedAt.delete(id);
      share.learn(taken);
      const noPlace = lanes.take(taken.filter(({ is_untouched }) => is_untouched));
      const touched = taken.filter(({ is_untouched }) => !is_untouched);
      await enqueue([...touched.map(({ is_untouched: _, ...delivery }) => delivery), ...noPlace]);
      const fed = new Set([...ended, ...taken.map(({ endpoint_id }) => endpoint_id)]);
      for (const { id, upTo } of asked) {
        if (fed.has(id) || lanes.unanswered(id) > 0) askingAgain.settled(id);
        else askingAgain.gotNothing(id, upTo);
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
    giveBack: (claim) => givenBack.submit(claim),
  };
}

const NOTHING: Awaited<ReturnType<typeof takeBacklog>> = { taken: [], ended: [] };

interface Asked {
  id: string;
  upTo: number;
}

/** Divides the free places among the endpoints that ask. */
function createShare({ lanes, inFlight }: Pick<BacklogsDeps, 'lanes' | 'inFlight'>) {
  // Who gave last what may have a job most likely gives more of it next. That goes through the queue, where nobody counts
  // it for an endpoint: so each attempt that ends takes one, and what it has on its way stays as much as it was. Empty
  // places are filled beside that, but not again within moments, while what was taken is on its way, nor while the queue
  // is long.
  const goesThroughQueue = new Set<string>();
  const filledAt = new Map<string, number>();
  return {
    divide: (asked: readonly Asked[], queueIsShort: boolean): Map<string, number> => {
      let free = lanes.freePlaces();
      const wanted = new Map<string, number>();
      for (const { id, upTo } of asked) {
        if (goesThroughQueue.has(id)) {
          const isFilled = !queueIsShort || Date.now() - (filledAt.get(id) ?? 0) < FILL_INTERVAL_MS;
          if (!isFilled) filledAt.set(id, Date.now());
          wanted.set(id, (wanted.get(id) ?? 0) + (isFilled ? 1 : Math.max(1, upTo - inFlight(id))));
          continue;
        }
        const count = Math.min(upTo - Math.max(lanes.unanswered(id), inFlight(id)), free);
        if (wanted.has(id) || count <= 0) continue;
        wanted.set(id, count);
        free -= count;
      }
      return wanted;
    },
    learn: (taken: readonly BacklogDelivery[]): void => {
      if (goesThroughQueue.size > MAX_KNOWN_ENDPOINTS) {
        goesThroughQueue.clear();
        filledAt.clear();
      }
      for (const { endpoint_id, is_untouched } of taken) {
        if (!is_untouched) goesThroughQueue.add(endpoint_id);
        else goesThroughQueue.delete(endpoint_id);
      }
    },
  };
}
