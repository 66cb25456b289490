import { Field as Base } from '@base-ui/react/field';
import { ChevronsUpDown } from 'lucide-react';
import { lazy, Suspense, useId } from 'react';
import { cx } from './cx';
import { Field, headAndControl, type FieldProps } from './field';
import { selectClass } from './select-class';
import type { SelectProps } from './select-props';

const SearchSelect = lazy(() => import('./search-select').then((module) => ({ default: module.SearchSelect })));

/** More than one finds by looking. */
const MANY = 30;

/**
 * One of some. It is the browser's own: known to every keyboard, phone and screen reader, and free, where a list made
 * by hand costs a quarter of what a page may load. That is fetched where there are many to search among.
 */
export function Select<V extends string>(props: SelectProps<V>) {
  if (props.options.length <= MANY) return <PlainSelect {...props} />;
  return (
    <Suspense fallback={<PlainSelect {...props} />}>
      <SearchSelect {...props} />
    </Suspense>
  );
}

function PlainSelect<V extends string>(props: SelectProps<V>) {
  const { value, onChange, options, label, placeholder, disabled, size = 'md', className, prefix } = props;
  const id = useId();
  const is_known = options.some((option) => option.value === value);
  return (
    <span
      className={cx(
        selectClass(size),
        'relative has-disabled:opacity-55 has-focus-visible:outline-2 has-focus-visible:outline-accent',
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

export function SelectField<V extends string>(props: FieldProps & Omit<SelectProps<V>, 'label' | 'className'>) {
  const [{ hint, ...head }, select] = headAndControl(props);
  const of_option = select.options.find((option) => option.value === select.value)?.hint;
  return (
    <Field {...head} hint={of_option ?? hint}>
      <Select {...select} />
    </Field>
  );
}
