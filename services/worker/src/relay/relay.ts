import type { Logger } from 'pino';
import type { FanOut } from '../fanout/fan-out.js';
import { startLoop, type Loop } from '../lifecycle/loop.js';

const BATCH_SIZE = 500;

/**
 * Fans out what the queue missed: events whose announcement was lost with a crash, with Redis, or dropped on the way.
 * It looks every 0.8 of the sweep interval for events older than 0.2 of it, so none waits longer than the interval,
 * and those that the queue is about to bring are left to it.
 */
export function startRelay({
  fanOut,
  log,
  sweepIntervalMs,
}: {
  fanOut: FanOut;
  log: Logger;
  sweepIntervalMs: number;
}): Loop {
  return startLoop({
    name: 'relay',
    intervalMs: sweepIntervalMs * 0.8,
    log,
    run: async () => {
      const taken = await fanOut.waiting(sweepIntervalMs * 0.2, BATCH_SIZE);
      if (taken > 0) log.info({ events: taken }, 'relay fanned out events that the queue had missed');
      return taken === BATCH_SIZE;
    },
  });
}
