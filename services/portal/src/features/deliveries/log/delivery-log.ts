import type { DeliveryView } from '../../../api/types';
import {
  EMPTY_LOG,
  withArrivals,
  withFirstPage,
  withHeldShown,
  withNewest,
  withOlderPage,
  type LoadedPage,
  type LogState,
} from './log-state';

export interface LogSnapshot extends LogState {
  /** 'loading': the rows are still those of the filter before. */
  phase: 'loading' | 'ready' | 'failed';
  older: 'idle' | 'loading' | 'failed';
  error: unknown;
}

export interface LogDeps {
  /** The first page, or the one at a cursor. */
  fetchPage(cursor: string | null, signal: AbortSignal): Promise<LoadedPage>;
  matches(delivery: DeliveryView): boolean;
  /** Shown until the first page is there. */
  rows_before: readonly DeliveryView[];
}

export type DeliveryLog = ReturnType<typeof createDeliveryLog>;

/** A list that is left open at its top for days must not grow for days. */
const MOST_ROWS_AT_TOP = 1_000;
const SYNC_PAUSE_MS = 1_000;

/**
 * The log of one filter. It is no cached query: what the stream says and what pages answer come in any order, and
 * neither may undo the other.
 */
export function createDeliveryLog({ fetchPage, matches, rows_before }: LogDeps) {
  let snapshot: LogSnapshot = { ...EMPTY_LOG, rows: rows_before, phase: 'loading', older: 'idle', error: null };
  let ended = new AbortController();
  let is_reading = false;
  let asked = 0;
  let is_syncing = false;
  let sync_again = false;
  /** What the stream said while a page was on its way. It is newer than the page. */
  let meanwhile: DeliveryView[] = [];
  const listeners = new Set<() => void>();

  function set(change: Partial<LogSnapshot>): void {
    snapshot = { ...snapshot, ...change };
    for (const listener of listeners) listener();
  }

  function take(arrivals: readonly DeliveryView[], hold = is_reading): LogState {
    return withArrivals(snapshot, arrivals, { matches, hold });
  }

  /** Asks, and puts the answer in; then once more what came meanwhile. @returns false where it failed or is too late */
  async function ask(cursor: string | null, put: (page: LoadedPage) => void): Promise<unknown> {
    const { signal } = ended;
    asked += 1;
    try {
      const page = await fetchPage(cursor, signal);
      if (signal.aborted) return null;
      put(page);
      if (meanwhile.length > 0) set(take(meanwhile));
      return null;
    } catch (error) {
      return signal.aborted ? null : error;
    } finally {
      asked -= 1;
      if (asked === 0) meanwhile = [];
    }
  }

  async function load(): Promise<void> {
    const error = await ask(null, (page) =>
      set({ ...withFirstPage(page), phase: 'ready', older: 'idle', error: null }),
    );
    // Rows that are there already are better than none; the stream's state says that they may be old.
    if (error !== null && snapshot.phase !== 'ready') set({ phase: 'failed', error });
  }

  /** Somebody reads: what is loaded stays where it is, and the newest page is merged into it. */
  async function merge(): Promise<void> {
    await ask(null, (page) => set(withNewest(snapshot, page, { matches, hold: true })));
  }

  /** Some may have been missed. Under a flood of them one question a second is enough. */
  function sync(): void {
    if (is_syncing) {
      sync_again = true;
      return;
    }
    const { signal } = ended;
    is_syncing = true;
    sync_again = false;
    void (is_reading && snapshot.phase === 'ready' ? merge() : load()).then(() =>
      setTimeout(() => {
        is_syncing = false;
        if (sync_again && !signal.aborted) sync();
      }, SYNC_PAUSE_MS),
    );
  }

  async function loadOlder(): Promise<void> {
    const { next_cursor, older, phase } = snapshot;
    if (phase !== 'ready' || next_cursor === null || older === 'loading') return;
    set({ older: 'loading' });
    const error = await ask(next_cursor, (page) => {
      // The list began anew meanwhile: these rows lie further down than its end.
      if (snapshot.next_cursor === next_cursor) set({ ...withOlderPage(snapshot, page), older: 'idle' });
    });
    if (error !== null) set({ older: 'failed', error });
  }

  function showHeld(): void {
    if (snapshot.is_overflown) void load();
    else if (snapshot.held.length > 0) set(withHeldShown(snapshot));
  }

  return {
    snapshot: () => snapshot,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start(): () => void {
      const controller = new AbortController();
      ended = controller;
      void load();
      return () => controller.abort();
    },
    retry() {
      if (snapshot.phase === 'failed') set({ phase: 'loading', error: null });
      void load();
    },
    sync,
    loadOlder,
    arrive(arrivals: readonly DeliveryView[]): void {
      if (asked > 0) meanwhile.push(...arrivals);
      if (snapshot.phase === 'ready') set(take(arrivals));
      if (!is_reading && snapshot.rows.length > MOST_ROWS_AT_TOP) sync();
    },
    /** While somebody reads further down, or in the panel, new ones wait. */
    setReading(next: boolean): void {
      is_reading = next;
      if (!next) showHeld();
    },
    showHeld,
  };
}
