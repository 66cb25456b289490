import { useCallback, useLayoutEffect, useRef, useState, type RefObject, type UIEvent } from 'react';
import type { DeliveryView } from '../../../api';

const ROW_ANIMATION_MS = 220;

export interface ScrollPlace {
  frame: RefObject<HTMLDivElement | null>;
  is_at_top: boolean;
  onScroll(event: UIEvent): void;
  toTop(): void;
}

/** Where in the log one is. The grid scrolls inside `frame`, which hears of it while the event goes down. */
export function useScrollPlace(): ScrollPlace {
  const frame = useRef<HTMLDivElement>(null);
  const [is_at_top, setAtTop] = useState(true);
  const onScroll = useCallback((event: UIEvent) => {
    if (event.target instanceof HTMLElement && event.target.role === 'grid') setAtTop(event.target.scrollTop < 4);
  }, []);
  const toTop = useCallback(() => {
    gridIn(frame.current)?.scrollTo({ top: 0, behavior: 'instant' });
  }, []);
  return { frame, is_at_top, onScroll, toTop };
}

export function gridIn(frame: HTMLElement | null): HTMLElement | null {
  return frame?.querySelector<HTMLElement>('[role=grid]') ?? null;
}

/** At the top, rows that are new push the others down so that one sees where they came from. */
export function useSlideIn(
  frame: RefObject<HTMLElement | null>,
  rows: readonly DeliveryView[],
  row_height: number,
): void {
  const before = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const first = before.current;
    before.current = rows[0]?.id;
    const grid = gridIn(frame.current);
    if (!grid || first === undefined || grid.scrollTop > 0) return;
    const came = rows.findIndex(({ id }) => id === first);
    if (came <= 0 || came > 20 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const new_ids = new Set(rows.slice(0, came).map(({ id }) => id));
    for (const element of grid.querySelectorAll<HTMLElement>('[data-row]')) {
      const is_new = new_ids.has(element.dataset.row ?? '');
      element.animate(
        [{ translate: `0 -${came * row_height}px`, ...(is_new && { opacity: 0 }) }, { translate: '0 0' }],
        { duration: ROW_ANIMATION_MS, easing: 'ease-out' },
      );
    }
  }, [frame, rows, row_height]);
}
