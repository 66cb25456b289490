import type { TakenDelivery } from '@switchboard/db';
import { laneOf, type DeliveryJob } from '@switchboard/shared';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Deliveries that this worker took from PostgreSQL itself and attempts itself, without a detour through the queue: it
 * has them in hand already, and to hand them to itself through Redis costs more than the POST. First attempts and
 * retries have places of their own (invariant 9). A place is taken until the receiver has answered; what is recorded
 * holds up nobody.
 */
export interface OwnLanes {
  /** Begins what there are places for. @returns the rest */
  take(deliveries: readonly TakenDelivery[], how?: Begin): readonly TakenDelivery[];
  freePlaces(lane: Lane): number;
  /** Deliveries of an endpoint that wait for their POST here, or for its answer. */
  unanswered(endpointId: string): number;
  /** What is in hand for longer than this: its claim in PostgreSQL has to be renewed. */
  inHandLongerThan(ms: number): DeliveryJob[];
  /** Takes no more, and waits for what is in hand; at most so long. */
  close(timeoutMs: number): Promise<void>;
}

export interface Begin {
  granted?: DeliveryJob['granted'];
  /** Of one endpoint at once: what it has beyond would wait for it in places that others could use. */
  perEndpoint?: number;
}

export interface OwnLanesDeps {
  /** @param onAnswered called once, when the POST is over; never where none is made */
  deliver(job: DeliveryJob, onAnswered: () => void): Promise<void>;
  /** Places of each lane. */
  places: Record<Lane, number>;
  onError(error: unknown, job: DeliveryJob): void;
}

type Lane = ReturnType<typeof laneOf>;

interface InHand {
  job: DeliveryJob;
  sinceMs: number;
  done: Promise<void>;
}

export function createOwnLanes(deps: OwnLanesDeps): OwnLanes {
  const { places } = deps;
  const inHand = new Set<InHand>();
  const taken = { deliveries: 0, retries: 0 };
  const ofEndpoint = new Map<string, number>();
  let isClosed = false;

  const unanswered = (endpointId: string) => ofEndpoint.get(endpointId) ?? 0;
  const count = ({ endpoint_id, attempt }: DeliveryJob, change: 1 | -1) => {
    taken[laneOf(attempt)] += change;
    const left = unanswered(endpoint_id) + change;
    if (left === 0) ofEndpoint.delete(endpoint_id);
    else ofEndpoint.set(endpoint_id, left);
  };
  const begin = (job: DeliveryJob) => {
    count(job, 1);
    let hasPlace = true;
    const leavePlace = () => {
      if (hasPlace) count(job, -1);
      hasPlace = false;
    };
    const entry: InHand = { job, sinceMs: performance.now(), done: Promise.resolve() };
    inHand.add(entry);
    entry.done = deps
      .deliver(job, leavePlace)
      // Accepted failure: its claim runs out, and the sweeper brings it again (invariant 11).
      .catch((error: unknown) => deps.onError(error, job))
      .finally(() => {
        leavePlace();
        inHand.delete(entry);
      });
  };
  return {
    freePlaces: (lane) => (isClosed ? 0 : places[lane] - taken[lane]),
    unanswered,
    take: (deliveries, { granted, perEndpoint = Number.POSITIVE_INFINITY } = {}) => {
      const rest: TakenDelivery[] = [];
      for (const delivery of deliveries) {
        const { delay_ms, ...job } = delivery;
        const lane = laneOf(job.attempt);
        const hasRoom = taken[lane] < places[lane] && unanswered(job.endpoint_id) < perEndpoint;
        if (isClosed || delay_ms > 0 || !hasRoom) rest.push(delivery);
        else begin(granted ? { ...job, granted } : job);
      }
      return rest;
    },
    inHandLongerThan: (ms) =>
      [...inHand].filter((entry) => performance.now() - entry.sinceMs > ms).map(({ job }) => job),
    close: async (timeoutMs) => {
      isClosed = true;
      await Promise.race([
        Promise.all([...inHand].map(({ done }) => done)),
        delay(timeoutMs, undefined, { ref: false }),
      ]);
    },
  };
}
