import {
  CHANGES_CHANNEL,
  parseChanges,
  signalWatched,
  startListener,
  WATCHED_INTERVAL_MS,
  type Database,
  type Listener,
} from '@switchboard/db';
import type { Logger } from 'pino';
import { listNewDeliveries } from '../deliveries/repository.js';
import { createRooms, type Rooms, type Watcher } from './rooms.js';

export interface LiveLogHub {
  /** Resolves when signals arrive. @returns what ends it */
  watch(watcher: Watcher): Promise<() => void>;
  /** Ends everybody's stream. */
  close(): Promise<void>;
}

export interface LiveLogHubDeps {
  database: Database;
  /** Of the database, for the connection that listens while somebody watches. */
  databaseUrl: string;
  log: Logger;
}

/** How long a stream waits for signals to arrive before it begins without: the page then asks from time to time. */
const CONNECT_PATIENCE_MS = 2_000;
const CONNECT_CHECK_MS = 10;
/** By then every worker knows that the tenant is watched; what happened until then is looked up. */
const CATCH_UP_AFTER_MS = 500;
/** Clocks of the processes that make ids may differ by less than that. What is shown twice is the same on the page. */
const CATCH_UP_MARGIN_MS = 5_000;

/**
 * Brings workers' signals to those who watch. Without anybody it holds no connection and asks nothing.
 * Failure policy: what cannot be loaded is a gap that the page is told of.
 */
export function createLiveLogHub(deps: LiveLogHubDeps): LiveLogHub {
  const { database, log } = deps;
  const rooms = createRooms(deps);
  let listener: Listener | undefined;
  let timer: NodeJS.Timeout | undefined;
  const announce = () =>
    signalWatched(database, rooms.tenantIds()).catch((error: unknown) =>
      log.debug({ err: error }, 'live log: workers were not told who watches'),
    );
  const start = () => {
    listener = listenFor(rooms, deps);
    timer = setInterval(() => void announce(), WATCHED_INTERVAL_MS).unref();
  };
  const stop = async () => {
    clearInterval(timer);
    const ending = listener;
    listener = undefined;
    await ending?.close();
  };
  return {
    watch: async (watcher) => {
      const begunAtMs = Date.now();
      const leave = rooms.enter(watcher);
      if (!listener) start();
      await connected(() => listener?.isConnected() ?? true);
      await announce();
      const catchUp = setTimeout(() => void lookBack(database, watcher, begunAtMs), CATCH_UP_AFTER_MS).unref();
      return () => {
        clearTimeout(catchUp);
        leave();
        if (rooms.everybody().length === 0) void stop();
      };
    },
    close: async () => {
      for (const watcher of rooms.everybody()) watcher.onEnd();
      rooms.empty();
      await stop();
    },
  };
}

function listenFor(rooms: Rooms, { databaseUrl, log }: LiveLogHubDeps): Listener {
  let wasConnected = false;
  return startListener({
    url: databaseUrl,
    channel: CHANGES_CHANNEL,
    onSignal: (payload) => {
      const signal = parseChanges(payload);
      if (!signal) return;
      const { tenant_id, changed } = signal;
      if (changed) rooms.changed({ tenant_id, mode: changed.mode }, changed.delivery_ids);
      else for (const watcher of rooms.watchersOf(tenant_id)) watcher.onGap();
    },
    onConnected: () => {
      // What was signalled while the connection was away is lost.
      if (wasConnected) for (const watcher of rooms.everybody()) watcher.onGap();
      wasConnected = true;
    },
    onError: (error) => log.warn({ err: error }, 'live log: signals are cut'),
  });
}

async function connected(isConnected: () => boolean): Promise<void> {
  const patience = performance.now() + CONNECT_PATIENCE_MS;
  while (!isConnected() && performance.now() < patience) {
    await new Promise((resolve) => setTimeout(resolve, CONNECT_CHECK_MS));
  }
}

/** Deliveries of the moment before all workers knew that somebody watches. */
async function lookBack(database: Database, watcher: Watcher, begunAtMs: number): Promise<void> {
  try {
    const rows = await listNewDeliveries(database, watcher.tenant, new Date(begunAtMs - CATCH_UP_MARGIN_MS));
    if (rows.length > 0) watcher.onDeliveries(rows);
  } catch {
    watcher.onGap();
  }
}
