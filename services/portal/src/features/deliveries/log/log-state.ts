import type { DeliveryView, ListMeta } from '../../../api/types';

/** The rows of the log that are loaded, newest first, and what waits to be shown. */
export interface LogState {
  rows: readonly DeliveryView[];
  /** Where the rows after the last loaded one begin; null where there are none. */
  next_cursor: string | null;
  /** How many there are in all, as far as the server has counted. */
  total: number | null;
  /** New ones that came while somebody was reading further down. */
  held: readonly DeliveryView[];
  /** More came than are kept; the list has to be asked for again. */
  is_overflown: boolean;
}

export interface LoadedPage {
  data: DeliveryView[];
  meta: ListMeta;
}

export const EMPTY_LOG: LogState = { rows: [], next_cursor: null, total: null, held: [], is_overflown: false };

/** What is held beyond this is quicker asked for anew. */
const MOST_HELD = 500;

/** The log as the server has it now. */
export function withFirstPage({ data, meta }: LoadedPage): LogState {
  return { ...EMPTY_LOG, rows: data, next_cursor: meta.next_cursor ?? null, total: meta.total ?? null };
}

/** The page after the last row. A row that was there already is not shown twice. */
export function withOlderPage(state: LogState, { data, meta }: LoadedPage): LogState {
  const known = new Set(state.rows.map(({ id }) => id));
  const older = data.filter(({ id }) => !known.has(id));
  return { ...state, rows: [...state.rows, ...older], next_cursor: meta.next_cursor ?? null };
}

/**
 * Deliveries that are new or have changed. Those in sight change where they stand, also where the filter would no
 * longer find them: a row that vanishes under somebody's eyes is worse than one that says what became of it. New ones
 * come in at their place in time; with `hold` they wait.
 */
export function withArrivals(
  state: LogState,
  arrivals: readonly DeliveryView[],
  { matches, hold }: { matches: (delivery: DeliveryView) => boolean; hold: boolean },
): LogState {
  const latest = new Map(arrivals.map((delivery) => [delivery.id, delivery]));
  const rows = replaced(state.rows, latest);
  const held = replaced(state.held, latest);
  const fresh = [...latest.values()].filter((delivery) => matches(delivery) && !isBelow(state, delivery));
  if (fresh.length === 0) return rows === state.rows && held === state.held ? state : { ...state, rows, held };
  const total = state.total === null ? null : state.total + fresh.length;
  if (!hold) return { ...state, rows: inserted(rows, fresh), held, total };
  const all = inserted(held, fresh);
  const is_overflown = state.is_overflown || all.length > MOST_HELD;
  return { ...state, rows, total, held: all.slice(0, MOST_HELD), is_overflown };
}

/** The newest page, for somebody who reads. Where it does not reach down to the rows, there is a gap to be asked for. */
export function withNewest(
  state: LogState,
  { data, meta }: LoadedPage,
  rules: { matches: (delivery: DeliveryView) => boolean; hold: boolean },
): LogState {
  const next = withArrivals(state, data, rules);
  const newest = state.rows[0];
  const oldest_of_page = data.at(-1);
  const has_gap = Boolean(meta.next_cursor && newest && oldest_of_page && oldest_of_page.id > newest.id);
  return has_gap ? { ...next, is_overflown: true } : next;
}

/** Shows what was held. */
export function withHeldShown(state: LogState): LogState {
  if (state.held.length === 0) return state;
  return { ...state, rows: inserted(state.rows, state.held), held: [] };
}

/** It comes when somebody scrolls that far. */
function isBelow({ rows, next_cursor }: LogState, { id }: DeliveryView): boolean {
  const last = rows.at(-1);
  return next_cursor !== null && last !== undefined && id < last.id;
}

/** The rows with their latest state. What was found is taken out of `latest`. */
function replaced(rows: readonly DeliveryView[], latest: Map<string, DeliveryView>): readonly DeliveryView[] {
  if (latest.size === 0) return rows;
  let is_changed = false;
  const next = rows.map((row) => {
    const now = latest.get(row.id);
    if (!now) return row;
    latest.delete(row.id);
    is_changed = true;
    return now;
  });
  return is_changed ? next : rows;
}

/** Ids begin with the time of their event, so the order of ids is the server's order. */
function inserted(rows: readonly DeliveryView[], fresh: readonly DeliveryView[]): readonly DeliveryView[] {
  const sorted = [...fresh].sort(newestFirst);
  const first = rows[0];
  const oldest = sorted.at(-1);
  if (!first || !oldest || oldest.id > first.id) return [...sorted, ...rows];
  return [...sorted, ...rows].sort(newestFirst);
}

function newestFirst(a: DeliveryView, b: DeliveryView): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
