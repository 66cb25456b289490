import type { Producer } from '@switchboard/queue';
import type { Logger } from 'pino';

/** Tells the workers of committed events. Never waits and never fails: what is not told is found by the relay. */
export interface Announcer {
  announce(eventIds: readonly string[]): void;
  /** Resolves once nothing is under way any more; for the shutdown. */
  drain(): Promise<void>;
}

const EVENTS_PER_JOB = 100;
/** Past it ids are dropped: memory must not grow with an outage, and the relay reads them from the outbox anyway. */
const MAX_WAITING_EVENTS = 10_000;
const MAX_JOBS_UNDER_WAY = 4;

/**
 * Collects what is announced within one turn of the event loop into jobs of up to 100 events. With the queue down
 * the ids are dropped at once (accepted failure: delivery is later by one sweep).
 */
export function createAnnouncer({ producer, log }: { producer: Producer; log: Logger }): Announcer {
  let waiting: string[] = [];
  let flushScheduled = false;
  let queueIsDown = false;
  const underWay = new Set<Promise<void>>();

  const scheduleFlush = () => {
    if (flushScheduled) return;
    flushScheduled = true;
    setImmediate(() => {
      flushScheduled = false;
      flush();
    });
  };
  const flush = () => {
    while (waiting.length > 0 && underWay.size < MAX_JOBS_UNDER_WAY) {
      const batch = waiting.splice(0, EVENTS_PER_JOB);
      const sending = send(batch).finally(() => {
        underWay.delete(sending);
        flush();
      });
      underWay.add(sending);
    }
  };
  const send = async (eventIds: string[]) => {
    try {
      await producer.addEvents(eventIds);
      if (queueIsDown) log.info('queue is back; events are announced again');
      queueIsDown = false;
    } catch (error) {
      // Once an outage, not once a request.
      if (!queueIsDown) log.warn({ err: error }, 'queue is down; events are left to the relay');
      queueIsDown = true;
    }
  };
  return {
    announce: (eventIds) => {
      if (waiting.length + eventIds.length > MAX_WAITING_EVENTS) return;
      waiting = waiting.concat(eventIds);
      scheduleFlush();
    },
    drain: async () => {
      flush();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
