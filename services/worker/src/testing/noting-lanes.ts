import type { TakenDelivery } from '@switchboard/db';
import type { OwnLanes } from '../flow/own-lanes.js';

/** A worker's own lanes that begin nothing and note what they were given: each keeps its place until it is answered. */
export interface NotingLanes {
  lanes: Pick<OwnLanes, 'take' | 'freePlaces' | 'unanswered'>;
  begun: TakenDelivery[];
  /** So many of what an endpoint has here were answered. */
  answered(endpointId: string, count: number): void;
}

export function createNotingLanes(places = 100): NotingLanes {
  const begun: TakenDelivery[] = [];
  const waiting: TakenDelivery[] = [];
  const freePlaces = () => places - waiting.length;
  return {
    begun,
    answered: (endpointId, count) => {
      for (let left = count; left > 0; left -= 1) {
        waiting.splice(
          waiting.findIndex((delivery) => delivery.endpoint_id === endpointId),
          1,
        );
      }
    },
    lanes: {
      freePlaces,
      unanswered: (endpointId) => waiting.filter((delivery) => delivery.endpoint_id === endpointId).length,
      take: (deliveries) =>
        deliveries.filter((delivery) => {
          if (freePlaces() <= 0) return true;
          begun.push(delivery);
          waiting.push(delivery);
          return false;
        }),
    },
  };
}

/** Lanes without a place: everything goes into the queue. */
export const NO_LANES: NotingLanes['lanes'] = {
  take: (deliveries) => deliveries,
  freePlaces: () => 0,
  unanswered: () => 0,
};
