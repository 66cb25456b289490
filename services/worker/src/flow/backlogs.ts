import { giveBackDeliveries, markBacklogs, takeBacklog, type DeliveryKey, type Executor } from '@switchboard/db';
import { createBatcher } from '@switchboard/shared';
import { CALM_JOBS } from './admission.js';
import type { Enqueue } from './enqueue.js';
import type { QueueDepth } from './queue-depth.js';

/** The endpoints that this worker knows to have more to take than places. */
export interface Backlogs {
  has(endpointId: string): boolean;
  /** @returns a promise of the mark in the database; undefined where there is a fresh one */
  mark(endpointId: string): Promise<void> | undefined;
  /** Takes one delivery into the queue for one that has ended: what an endpoint has on its way stays as much as it was. */
  replace(endpointId: string): Promise<void>;
  /**
   * Takes more than that, for places that stand empty: not again within moments, while what was taken is on its way, and
   * not while the queue is long, for then it is the workers that are busy and not the endpoint that is idle.
   */
  fill(endpointId: string, places: number): Promise<void>;
  /** Frees a delivery that found no place. */
  giveBack(delivery: DeliveryKey): Promise<void>;
}

export interface BacklogsDeps {
  database: Executor;
  depth: Pick<QueueDepth, 'read'>;
  enqueue: Enqueue;
  leaseMs: number;
}

/** How long a backlog that was marked needs not be marked again. */
const MARK_FRESH_MS = 1_000;
/** What was taken has arrived by then, wherever it was to go. */
const FILL_INTERVAL_MS = 100;
const MAX_BATCH = 500;
const MAX_FILLED = 10_000;

export function createBacklogs({ database, depth, enqueue, leaseMs }: BacklogsDeps): Backlogs {
  const markedAt = new Map<string, number>();
  const filledAt = new Map<string, number>();
  const marks = createBatcher<string, void>({
    maxSize: MAX_BATCH,
    maxUnderWay: 1,
    run: async (ids) => {
      await markBacklogs(database, [...new Set(ids)]);
      return ids.map(() => undefined);
    },
  });
  const takes = createBatcher<{ id: string; places: number }, void>({
    maxSize: MAX_BATCH,
    // One at a time: what ends while a batch is taken is replaced together with the next.
    maxUnderWay: 1,
    run: async (freed) => {
      const wanted = new Map<string, number>();
      for (const { id, places } of freed) wanted.set(id, (wanted.get(id) ?? 0) + places);
      const { taken, ended } = await takeBacklog(database, wanted, leaseMs);
      for (const id of ended) {
        markedAt.delete(id);
        filledAt.delete(id);
      }
      await enqueue(taken);
      return freed.map(() => undefined);
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
  return {
    has: (endpointId) => markedAt.has(endpointId),
    mark: (endpointId) => {
      if (Date.now() - (markedAt.get(endpointId) ?? 0) <= MARK_FRESH_MS) return undefined;
      markedAt.set(endpointId, Date.now());
      return marks.submit(endpointId);
    },
    replace: (id) => takes.submit({ id, places: 1 }),
    fill: async (id, places) => {
      if (Date.now() - (filledAt.get(id) ?? 0) < FILL_INTERVAL_MS) return;
      // Where another worker ends a backlog, its endpoint stays here; forgetting all costs a few places filled early.
      if (filledAt.size > MAX_FILLED) filledAt.clear();
      filledAt.set(id, Date.now());
      if ((await depth.read()) < CALM_JOBS) await takes.submit({ id, places });
    },
    giveBack: ({ event_id, endpoint_id }) => givenBack.submit({ event_id, endpoint_id }),
  };
}
