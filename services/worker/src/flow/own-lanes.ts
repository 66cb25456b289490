import type { TakenDelivery } from '@switchboard/db';
import type { DeliveryJob } from '@switchboard/shared';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Deliveries that this worker took from PostgreSQL itself and attempts itself, without a detour through the queue: it
 * has them in hand already, and to hand them to itself through Redis costs more than the POST. Only what nobody can have put
 * into the queue: of what may be there as well, BullMQ keeps the second copy away, by its id, and here nothing would.
 * Retries get half of the places at most (invariant 9). A place is taken until the receiver has answered; what is
 * recorded holds up nobody.
 */
export interface OwnLanes {
  /**
   * Begins what there are places for.
   *
   * @param perEndpoint of one endpoint at once: what it has beyond would wait for it in places that others could use
   * @returns the rest
   */
  take(deliveries: readonly TakenDelivery[], perEndpoint?: number): readonly TakenDelivery[];
  freePlaces(): number;
  /** Deliveries of an endpoint that wait for their POST here, or for its answer. */
  unanswered(endpointId: string): number;
  /** What is in hand for longer than this: its claim in PostgreSQL has to be renewed. */
  inHandLongerThan(ms: number): DeliveryJob[];
  /** Takes no more, and waits for what is in hand; at most so long. */
  close(timeoutMs: number): Promise<void>;
}

export interface OwnLanesDeps {
  /** @param onAnswered called once, when the POST is over; never where none is made */
  deliver(job: DeliveryJob, onAnswered: () => void): Promise<void>;
  places: number;
  onError(error: unknown, job: DeliveryJob): void;
}

interface InHand {
  job: DeliveryJob;
  sinceMs: number;
  done: Promise<void>;
}

export function createOwnLanes(deps: OwnLanesDeps): OwnLanes {
  const { places } = deps;
  const inHand = new Set<InHand>();
  let taken = 0;
  let retries = 0;
  const ofEndpoint = new Map<string, number>();
  let isClosed = false;

  const unanswered = (endpointId: string) => ofEndpoint.get(endpointId) ?? 0;
  const count = ({ endpoint_id, attempt }: DeliveryJob, change: 1 | -1) => {
    taken += change;
    if (attempt > 1) retries += change;
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
    freePlaces: () => (isClosed ? 0 : places - taken),
    unanswered,
    take: (deliveries, perEndpoint = Number.POSITIVE_INFINITY) => {
      const rest: TakenDelivery[] = [];
      for (const delivery of deliveries) {
        const { delivery_id, event_id, endpoint_id, attempt } = delivery;
        const hasRoom =
          taken < places && (attempt === 1 || retries < places / 2) && unanswered(endpoint_id) < perEndpoint;
        if (isClosed || !hasRoom) rest.push(delivery);
        else begin({ delivery_id, event_id, endpoint_id, attempt });
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
