import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type RefObject } from 'react';

interface HasId {
  id: string;
}

/**
 * Rows that come in above push down what one reads; this scrolls by the same amount, so that it stays in place. At the
 * very top the new rows are what one wants to see.
 */
export function useKeepPlace(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly HasId[],
  row_height: number,
): void {
  const first = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const before = first.current;
    first.current = rows[0]?.id;
    const element = scroller.current;
    if (!element || before === undefined || before === rows[0]?.id || element.scrollTop === 0) return;
    const moved_by = rows.findIndex(({ id }) => id === before);
    if (moved_by > 0) element.scrollBy({ top: moved_by * row_height, behavior: 'instant' });
  }, [rows, row_height, scroller]);
}

/** The row the keyboard is on. It is known by its id, so it stays the same row when others come in above. */
export function useActiveRow<R extends HasId>(
  rows: readonly R[],
  scrollTo: (index: number) => void,
  open_id: string | null = null,
) {
  const [active_id, setActive] = useState(open_id);
  const [followed_id, setFollowed] = useState(open_id);
  if (open_id !== followed_id) {
    // Opened from elsewhere (a link, the panel's own keys): the keyboard goes on from there.
    setFollowed(open_id);
    if (open_id !== null) setActive(open_id);
  }
  const showOpen = useEffectEvent(() => {
    const at = rows.findIndex(({ id }) => id === open_id);
    if (at >= 0) scrollTo(at);
  });
  useEffect(() => showOpen(), [open_id]);
  const index = active_id === null ? -1 : rows.findIndex(({ id }) => id === active_id);
  const set = (at: number) => setActive(rows[at]?.id ?? null);
  return {
    index,
    set,
    /** Moves where the key means a move. @returns the row one is on then, or undefined for another key */
    onKey(key: string, page: number): R | undefined {
      const next = target(key, index, page, rows.length);
      if (next === undefined) return undefined;
      const row = rows[next];
      if (!row) return undefined;
      setActive(row.id);
      scrollTo(next);
      return row;
    },
  };
}

/** Where a key leads from `index` among `total` rows; undefined for a key that does not move. */
export function target(key: string, index: number, page: number, total: number): number | undefined {
  const last = total - 1;
  if (last < 0) return undefined;
  if (key === 'j' || key === 'ArrowDown') return Math.min(index + 1, last);
  if (key === 'k' || key === 'ArrowUp') return Math.max(index - 1, 0);
  if (key === 'PageDown') return Math.min(index + page, last);
  if (key === 'PageUp') return Math.max(index - page, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return undefined;
}
