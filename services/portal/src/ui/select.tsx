import { Field as Base } from '@base-ui/react/field';
import { ChevronsUpDown } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { cx } from './cx';
import { Field, type FieldProps } from './field';

export interface Option<V extends string> {
  value: V;
  label: string;
  /** Shown below a field while this option is chosen. */
  hint?: string;
}

interface SelectProps<V extends string> {
  value: V;
  onChange(value: V): void;
  options: readonly Option<V>[];
  /** Read out where no visible label belongs to it. */
  label?: string;
  /** The first option, for a value that is none of them yet. */
  placeholder?: string;
  disabled?: boolean;
  size?: 'sm' | 'md';
  className?: string;
  /** In front of the value, inside: "Mode". */
  prefix?: ReactNode;
}

/**
 * One of a few. It is the browser's own: known to every keyboard, phone and screen reader, and free, where a list made
 * by hand costs a quarter of what a page may load.
 */
export function Select<V extends string>(props: SelectProps<V>) {
  const { value, onChange, options, label, placeholder, disabled, size = 'md', className, prefix } = props;
  const id = useId();
  const is_known = options.some((option) => option.value === value);
  return (
    <span
      className={cx(
        'relative inline-flex min-w-0 items-center rounded-md border border-line-strong bg-surface hover:bg-sunken has-disabled:opacity-55 has-focus-visible:outline-2 has-focus-visible:outline-accent',
        size === 'sm' ? 'h-8 text-[0.8125rem]' : 'h-9 text-sm',
        className,
      )}
    >
      {prefix && (
        <label htmlFor={id} className={cx('shrink-0 text-muted', size === 'sm' ? 'pl-2.5' : 'pl-3')}>
          {prefix}
        </label>
      )}
      <Base.Control
        render={
          <select
            id={prefix ? id : undefined}
            aria-label={label}
            value={value}
            disabled={disabled}
            onChange={(event) => onChange(event.target.value as V)}
            className={cx(
              'h-full w-full min-w-0 cursor-pointer appearance-none truncate rounded-md bg-transparent outline-hidden [&>option]:bg-surface [&>option]:text-ink',
              // A filter is as wide as what it says, not as the longest it could say.
              size === 'sm' ? 'field-sizing-content pr-7 pl-2' : 'pr-8 pl-3',
            )}
          >
            {!is_known && <option value={value}>{placeholder ?? ''}</option>}
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        }
      />
      <ChevronsUpDown aria-hidden className="pointer-events-none absolute right-2 size-3.5 text-muted" />
    </span>
  );
}

export function SelectField<V extends string>({
  label,
  hint,
  error,
  optional,
  hide_label,
  className,
  ...select
}: FieldProps & Omit<SelectProps<V>, 'label' | 'className'>) {
  const of_option = select.options.find((option) => option.value === select.value)?.hint;
  return (
    <Field {...{ label, error, optional, hide_label, className }} hint={of_option ?? hint}>
      <Select {...select} />
    </Field>
  );
}
