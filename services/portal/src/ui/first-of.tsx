import { useState, type ReactNode } from 'react';
import { Button } from './button';
import { count, plural } from './format';

const STEP = 100;

interface FirstOfProps<T> {
  rows: readonly T[];
  /** What one of them is: "key". */
  what: string;
  children(shown: readonly T[]): ReactNode;
}

/** Of many rows the first hundred, and a button for more: a table of thousands is slow to make and to read. */
export function FirstOf<T>({ rows, what, children }: FirstOfProps<T>) {
  const [most, setMost] = useState(STEP);
  return (
    <>
      {children(rows.slice(0, most))}
      {rows.length > most && (
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-2.5 text-xs text-muted">
          <span>
            {count(most)} of {plural(rows.length, what)} shown
          </span>
          <Button size="sm" onClick={() => setMost(most + STEP)}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
