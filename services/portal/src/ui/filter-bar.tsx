import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from './button';
import { cx } from './cx';
import { inputClass } from './field';
import { useShortcut } from './shortcuts';

/** A row of filters. `onClear` shows "Clear filters"; leave it out while none is set. */
export function FilterBar({
  children,
  onClear,
  label = 'Filters',
}: {
  children: ReactNode;
  onClear?: (() => void) | false;
  label?: string;
}) {
  return (
    <div role="search" aria-label={label} className="flex flex-wrap items-center gap-2">
      {children}
      {onClear && (
        <Button size="sm" tone="quiet" icon={X} onClick={onClear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

/** Text that is searched for a moment after one stops typing, at once on Enter. `/` goes there. */
export function FilterSearch({
  label,
  value,
  placeholder,
  onChange,
  className,
}: {
  label: string;
  value: string | undefined;
  placeholder?: string;
  onChange(value: string | undefined): void;
  className?: string;
}) {
  const [text, setText] = useState(value ?? '');
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text_of, setTextOf] = useState(value);
  if (text_of !== value) {
    // Changed from elsewhere (Back, "Clear filters"): not while one types, when it is the text that comes back.
    setTextOf(value);
    if ((value ?? '') !== text.trim()) setText(value ?? '');
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcut('/', 'Search', () => field.current?.focus());
  const apply = (next: string, after_ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim() === '' ? undefined : next.trim()), after_ms);
  };
  return (
    <div className={cx('relative min-w-44 flex-1 sm:max-w-80', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          apply(event.target.value, 350);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply(text, 0);
          if (event.key === 'Escape') field.current?.blur();
        }}
        className={cx(inputClass, 'h-8 pl-8 text-[0.8125rem]')}
      />
    </div>
  );
}

/** A moment in the reader's own time zone; the value is ISO 8601 in UTC, as the server takes it. */
export function FilterTime({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange(value: string | undefined): void;
}) {
  return (
    <label className="inline-flex h-8 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-[0.8125rem] focus-within:outline-2 focus-within:outline-accent">
      <span className="text-muted">{label}</span>
      <input
        type="datetime-local"
        value={value === undefined ? '' : forInput(value)}
        onChange={(event) =>
          onChange(event.target.value === '' ? undefined : new Date(event.target.value).toISOString())
        }
        className="bg-transparent outline-hidden"
      />
    </label>
  );
}

function forInput(time: string): string {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
