import type { CountedRow } from './repository.js';
import type { Span } from './spans.js';

export interface SettledParts {
  /**
   * The rows of every part of a span, of which `count` is asked for those from a part on, by its number: for all of them
   * the first time, and then for those in which something may have changed.
   */
  rowsOf(key: string, span: Span, count: (firstPart: number) => Promise<CountedRow[]>): Promise<CountedRow[]>;
}

interface Settled {
  /** Until when it is believed, by performance.now(). */
  until: number;
  /** What happened before this time is in the rows. In ms since 1970. */
  beforeMs: number;
  rows: (CountedRow & { partMs: number })[];
}

/** What is counted faster than that is counted again each time. */
const WORTH_KEEPING_MS = 50;
/** A replay makes an old delivery pending again, and a late fan-out adds one to a part that is over: seen after this time. */
const BELIEVED_FOR_MS = 60_000;
const MAX_KEYS = 100;
const MAX_ROWS = 3_000;

/**
 * A part that is over and in which nothing is pending hardly changes. A page that stays open asks every few seconds, and
 * to count a month of deliveries each time would be for the sake of its last hours.
 */
export function createSettledParts({
  worthKeepingMs = WORTH_KEEPING_MS,
  believedForMs = BELIEVED_FOR_MS,
}: {
  worthKeepingMs?: number | undefined;
  believedForMs?: number | undefined;
} = {}): SettledParts {
  const kept = new Map<string, Settled>();
  const keep = (key: string, settled: Settled) => {
    const now = performance.now();
    for (const [other, { until }] of kept) if (until < now) kept.delete(other);
    if (kept.size < MAX_KEYS && settled.rows.length <= MAX_ROWS) kept.set(key, settled);
  };
  return {
    rowsOf: async (key, span, count) => {
      const begunAt = performance.now();
      const settled = kept.get(key);
      const firstPart = settled && begunAt < settled.until ? partAt(span, settled.beforeMs) : 1;
      const rows = await count(firstPart);
      if (settled && firstPart > 1) return [...renumbered(settled, span), ...rows];
      kept.delete(key);
      if (performance.now() - begunAt >= worthKeepingMs) keep(key, settledOf(rows, span, begunAt + believedForMs));
      return rows;
    },
  };
}

/** The number of the first part that begins at this time or later. */
function partAt({ bounds_ms }: Span, ms: number): number {
  // Where the clock was set back there is none: then all are.
  return Math.max(1, bounds_ms.findIndex((bound) => bound >= ms) + 1);
}

/** Nothing from the first part on in which a delivery is pending, and nothing of the last one, which is not over. */
function settledOf(rows: readonly CountedRow[], { bounds_ms }: Span, until: number): Settled {
  const lastPart = bounds_ms.length - 1;
  const unsettled = rows.reduce((part, row) => (row.pending > 0 ? Math.min(part, row.bucket) : part), lastPart);
  const startOf = (part: number) => bounds_ms[part - 1] as number;
  return {
    until,
    beforeMs: startOf(unsettled),
    rows: rows.flatMap((row) => (row.bucket < unsettled ? [{ ...row, partMs: startOf(row.bucket) }] : [])),
  };
}

/** Time has gone on: a part has another number now, and the first may be out of the span. */
function renumbered({ rows }: Settled, { bounds_ms }: Span): CountedRow[] {
  return rows.flatMap(({ partMs, ...row }) => {
    const bucket = bounds_ms.indexOf(partMs) + 1;
    return bucket > 0 ? [{ ...row, bucket }] : [];
  });
}
