import {
  createWatchedTenants,
  signalChanges,
  signalManyChanges,
  startListener,
  WATCHED_CHANNEL,
  type DeliveryKey,
  type Executor,
} from '@switchboard/db';
import type { Logger } from 'pino';

/** Tells those who have a tenant's log open which deliveries are new or have changed. */
export interface LiveLog {
  /** Somebody's deliveries, it is not known whose. */
  note(deliveries: readonly DeliveryKey[]): void;
  /** A delivery of a tenant. */
  noteOf(delivery: DeliveryKey & { tenant_id: string }): void;
  stop(): Promise<void>;
}

export interface LiveLogDeps {
  database: Executor;
  /** Of the database, for the connection that listens. */
  url: string;
  log: Logger;
}

/** Deliveries of a busy moment are one signal. */
const COALESCED_MS = 100;
/** More of them in that time are not named one by one. */
const MAX_NAMED = 2_000;

/**
 * While nobody watches, a note is a look at the size of a map. Signals go out beside the deliveries' own transactions
 * and can fail none of them. Failure policy: a signal that is lost is not sent again; the page asks for its
 * newest rows every half minute by itself.
 */
export function startLiveLog({ database, url, log }: LiveLogDeps): LiveLog {
  const watched = createWatchedTenants();
  let noted = new Map<string, DeliveryKey>();
  let timer: NodeJS.Timeout | undefined;
  const listener = startListener({
    url,
    channel: WATCHED_CHANNEL,
    onSignal: watched.heard,
    // Who still watches says so again within seconds.
    onConnected: () => undefined,
    onError: (error) => log.debug({ err: error }, 'live log: not told who watches'),
  });
  const flush = async () => {
    const batch = noted;
    noted = new Map();
    const tenantIds = watched.ids();
    if (tenantIds.length === 0) return;
    if (batch.size > MAX_NAMED) await signalManyChanges(database, tenantIds);
    else await signalChanges(database, [...batch.values()], tenantIds);
  };
  const flushSoon = () => {
    timer ??= setTimeout(() => {
      flush()
        .catch((error: unknown) => log.debug({ err: error }, 'live log: not signalled'))
        .finally(() => {
          timer = undefined;
          if (noted.size > 0) flushSoon();
        });
    }, COALESCED_MS).unref();
  };
  const add = ({ event_id, endpoint_id }: DeliveryKey) => {
    if (noted.size <= MAX_NAMED) noted.set(event_id + endpoint_id, { event_id, endpoint_id });
    flushSoon();
  };
  return {
    note: (deliveries) => {
      if (watched.isAny()) deliveries.forEach(add);
    },
    noteOf: (delivery) => {
      if (watched.has(delivery.tenant_id)) add(delivery);
    },
    stop: async () => {
      watched.forget();
      clearTimeout(timer);
      await listener.close();
    },
  };
}
