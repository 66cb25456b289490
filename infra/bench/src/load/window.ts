import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';

/** A steady state: no more events on their way than the product has under way at once anyhow. */
export interface WindowSpec {
  /** Of a server that answers a GET with how many deliveries have arrived. */
  counter_origin: string;
  deliveries_per_item: number;
  /** What had arrived before this load. */
  arrived_before: number;
  max_deliveries_on_their_way: number;
}

export interface Window {
  /** Waits until there is room, or `over` says that nobody waits for it any more. */
  waitForRoom(itemsSent: number, over: () => boolean): Promise<void>;
  close(): void;
}

const LOOK_EVERY_MS = 10;

export function createWindow(spec: WindowSpec): Window {
  const client = new Client(spec.counter_origin);
  let arrived = spec.arrived_before;
  let isOpen = true;
  const looking = (async () => {
    while (isOpen) {
      const response = await client.request({ method: 'GET', path: '/' });
      arrived = Number(await response.body.text());
      await delay(LOOK_EVERY_MS);
    }
  })().catch(() => undefined);
  return {
    waitForRoom: async (itemsSent, over) => {
      const isFull = () =>
        itemsSent * spec.deliveries_per_item - (arrived - spec.arrived_before) >= spec.max_deliveries_on_their_way;
      while (isFull() && !over()) await delay(LOOK_EVERY_MS / 2);
    },
    close: () => {
      isOpen = false;
      void looking.then(() => client.destroy());
    },
  };
}
