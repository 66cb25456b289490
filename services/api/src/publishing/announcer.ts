import type { DeliveryJobToAdd, Producer } from '@switchboard/queue';
import { laneOf } from '@switchboard/shared';
import type { Logger } from 'pino';

/**
 * Tells the workers of what was committed. Never waits and never fails: events that are not told are found by the
 * relay, deliveries by the sweeper.
 */
export interface Announcer {
  announce(eventIds: readonly string[]): void;
  /** Of deliveries that somebody made due by hand: a replay, a test. */
  announceDeliveries(jobs: readonly DeliveryJobToAdd[]): void;
  /** Resolves once nothing is under way any more; for the shutdown. */
  drain(): Promise<void>;
}

const EVENTS_PER_JOB = 100;
/** Past it ids are dropped: memory must not grow with an outage, and the relay reads them from the outbox anyway. */
const MAX_WAITING_EVENTS = 10_000;
const MAX_JOBS_UNDER_WAY = 4;
/** Calls, each with a handful of jobs. Past it they are dropped for the same reason, and the sweeper finds them. */
const MAX_DELIVERY_CALLS_UNDER_WAY = 100;
const LANES = ['deliveries', 'retries'] as const;

/**
 * Collects what is announced within one turn of the event loop into jobs of up to 100 events. With the queue down
 * the ids are dropped at once (accepted failure: delivery is later by one sweep).
 */
export function createAnnouncer({ producer, log }: { producer: Producer; log: Logger }): Announcer {
  let waiting: string[] = [];
  let flushScheduled = false;
  let queueIsDown = false;
  const underWay = new Set<Promise<void>>();
  const deliveriesUnderWay = new Set<Promise<void>>();

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
  const send = (eventIds: string[]) => bestEffort(() => producer.addEvents(eventIds));
  const bestEffort = async (command: () => Promise<void>) => {
    try {
      await command();
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
    announceDeliveries: (jobs) => {
      for (const lane of LANES) {
        const its = jobs.filter(({ attempt }) => laneOf(attempt) === lane);
        if (its.length === 0 || deliveriesUnderWay.size >= MAX_DELIVERY_CALLS_UNDER_WAY) continue;
        const sending = bestEffort(() => producer.addDeliveries(lane, its)).finally(() =>
          deliveriesUnderWay.delete(sending),
        );
        deliveriesUnderWay.add(sending);
      }
    },
    drain: async () => {
      flush();
      while (underWay.size + deliveriesUnderWay.size > 0) await Promise.all([...underWay, ...deliveriesUnderWay]);
    },
  };
}
