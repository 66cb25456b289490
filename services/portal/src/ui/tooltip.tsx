import { useEffect, useRef, useState, type ReactElement } from 'react';
import { createPortal } from 'react-dom';
import { KeyHint } from './key-hint';

const DELAY_MS = 400;
const GAP_PX = 6;

interface TooltipProps {
  text: string;
  shortcut?: string;
  children: ReactElement;
}

/**
 * A few words on hover and on focus by keyboard. For the eye only: what is inside carries its own name for screen
 * readers, and on a phone there is no hover. By hand, because a library that positions costs more than all the buttons.
 */
export function Tooltip({ text, shortcut, children }: TooltipProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [place, setPlace] = useState<{ x: number; y: number; is_below: boolean } | null>(null);
  const hide = () => {
    clearTimeout(timer.current);
    setPlace(null);
  };
  const show = () => {
    const box = anchor.current?.firstElementChild?.getBoundingClientRect();
    if (!box) return;
    const is_below = box.top < 48;
    const x = Math.min(Math.max(box.left + box.width / 2, 80), window.innerWidth - 80);
    setPlace({ x, y: is_below ? box.bottom + GAP_PX : box.top - GAP_PX, is_below });
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    // What is inside can be focused and pressed; this only watches.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <span
      ref={anchor}
      className="contents"
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') timer.current = setTimeout(show, DELAY_MS);
      }}
      onPointerLeave={hide}
      onPointerDown={hide}
      onKeyDown={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && show()}
      onBlur={hide}
    >
      {children}
      {place &&
        createPortal(
          <span
            aria-hidden
            style={{ left: place.x, top: place.y, translate: `-50% ${place.is_below ? '0' : '-100%'}` }}
            className="pointer-events-none fixed z-70 flex w-max max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-raised"
          >
            {text}
            {shortcut && <KeyHint keys={shortcut} />}
          </span>,
          document.body,
        )}
    </span>
  );
}
