import { cx } from './cx';

interface SegmentedProps<V extends string> {
  value: V;
  onChange(value: V): void;
  label: string;
  options: readonly { value: V; label: string }[];
  /** As wide as what is around it. */
  is_wide?: boolean;
}

/** A choice of two to five beside each other: ranges, modes. */
export function Segmented<V extends string>({ value, onChange, label, options, is_wide }: SegmentedProps<V>) {
  return (
    <div
      role="group"
      aria-label={label}
      className={cx('rounded-md border border-line bg-sunken p-0.5', is_wide ? 'flex' : 'inline-flex')}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="h-7 flex-1 rounded px-2.5 text-[0.8125rem] font-medium whitespace-nowrap text-muted hover:text-ink aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-sm dark:aria-pressed:bg-line"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
