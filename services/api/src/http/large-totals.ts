import type { Query } from '@switchboard/db';

/** Totals of long lists, by the query that counts them. */
export interface LargeTotals {
  /** The total of this query where it is large and was counted a moment ago. */
  find(counted: Query): number | undefined;
  note(counted: Query, total: number): void;
}

/** Up to here a list is counted for each page: a millisecond or two. A million rows take 40. */
const LARGE = 10_000;
/** Who pages through a million rows does not see ten more of them at once. The rows themselves are never kept. */
const FRESH_MS = 10_000;
const MAX_KEPT = 1_000;

interface Kept {
  total: number;
  freshUntil: number;
}

/** What counts as the same list is the statement with its values, and so with its tenant. */
export function createLargeTotals(now: () => number = Date.now): LargeTotals {
  const kept = new Map<string, Kept>();
  const keyOf = (counted: Query) => {
    const { sql, bindings } = counted.toSQL().toNative();
    return JSON.stringify([sql, bindings]);
  };
  return {
    find: (counted) => {
      if (kept.size === 0) return undefined;
      const found = kept.get(keyOf(counted));
      if (!found) return undefined;
      if (now() < found.freshUntil) return found.total;
      // One request counts anew; those that come meanwhile go on with the old total.
      found.freshUntil = now() + FRESH_MS;
      return undefined;
    },
    note: (counted, total) => {
      if (total < LARGE && kept.size === 0) return;
      const key = keyOf(counted);
      if (total < LARGE) kept.delete(key);
      else {
        if (kept.size >= MAX_KEPT) kept.clear();
        kept.set(key, { total, freshUntil: now() + FRESH_MS });
      }
    },
  };
}
