import { Field as Base } from '@base-ui/react/field';
import type { ComponentProps, ReactNode, Ref } from 'react';
import { cx } from './cx';

export const inputClass =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 text-ink placeholder:text-muted ' +
  'aria-invalid:border-bad data-invalid:border-bad disabled:bg-sunken disabled:text-muted ' +
  'focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent';

export interface FieldProps {
  label: ReactNode;
  /** What it is for, or how it is written. Always visible. */
  hint?: ReactNode;
  /** What is wrong and how to mend it. */
  error?: string | undefined;
  /** Says "optional" beside the label. */
  optional?: boolean;
  /** The label is read out and not shown. */
  hide_label?: boolean;
  className?: string;
}

/** Label, control, hint and error, tied together for screen readers. The kit's fields are made of it. */
export function Field({
  label,
  hint,
  error,
  optional,
  hide_label,
  className,
  children,
}: FieldProps & { children: ReactNode }) {
  return (
    <Base.Root invalid={Boolean(error)} className={cx('flex min-w-0 flex-col gap-1.5', className)}>
      <Base.Label className={cx('text-sm font-medium', hide_label && 'sr-only')}>
        {label}
        {optional && <span className="ml-1.5 font-normal text-muted">optional</span>}
      </Base.Label>
      {children}
      <FieldNotes hint={hint} error={error} />
    </Base.Root>
  );
}

export function FieldNotes({ hint, error }: Pick<FieldProps, 'hint' | 'error'>) {
  return (
    <>
      {error && (
        <Base.Error match className="text-xs text-bad" role="alert">
          {error}
        </Base.Error>
      )}
      {hint && <Base.Description className="text-xs text-muted">{hint}</Base.Description>}
    </>
  );
}

export interface TextFieldProps
  extends FieldProps, Omit<ComponentProps<'input'>, 'ref' | 'className' | 'defaultValue'> {
  ref?: Ref<HTMLInputElement>;
  /** Monospaced, for ids, URLs and secrets. */
  mono?: boolean;
  /** A button or a unit at the end, inside the row. */
  after?: ReactNode;
}

/** `<TextField label="Name" error={errors.name?.message} {...form.register('name')} />` */
export function TextField(props: TextFieldProps) {
  const [head, { mono, after, ...input }] = headAndControl(props);
  return (
    <Field {...head}>
      <div className="flex items-center gap-2">
        <Base.Control
          autoComplete="off"
          {...input}
          className={cx(inputClass, 'h-9', mono && 'font-mono text-[0.8125rem]')}
        />
        {after}
      </div>
    </Field>
  );
}

/** Parts what a field says about its control from what the control itself takes. */
export function headAndControl<P extends FieldProps>(props: P): [FieldProps, Omit<P, keyof FieldProps>] {
  const { label, hint, error, optional, hide_label, className, ...control } = props;
  return [{ label, hint, error, optional, hide_label, className }, control];
}
