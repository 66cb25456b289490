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

type WithoutRef<E extends 'input' | 'textarea'> = Omit<ComponentProps<E>, 'ref' | 'className' | 'defaultValue'>;

export interface TextFieldProps extends FieldProps, WithoutRef<'input'> {
  ref?: Ref<HTMLInputElement>;
  /** Monospaced, for ids, URLs and secrets. */
  mono?: boolean;
  /** A button or a unit at the end, inside the row. */
  after?: ReactNode;
}

/** `<TextField label="Name" error={errors.name?.message} {...form.register('name')} />` */
export function TextField({
  label,
  hint,
  error,
  optional,
  hide_label,
  className,
  mono,
  after,
  ...input
}: TextFieldProps) {
  return (
    <Field {...{ label, hint, error, optional, hide_label, className }}>
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

export interface TextareaFieldProps extends FieldProps, WithoutRef<'textarea'> {
  ref?: Ref<HTMLTextAreaElement>;
  mono?: boolean;
}

export function TextareaField({
  label,
  hint,
  error,
  optional,
  hide_label,
  className,
  mono,
  ...area
}: TextareaFieldProps) {
  return (
    <Field {...{ label, hint, error, optional, hide_label, className }}>
      <Base.Control
        render={
          <textarea rows={3} {...area} className={cx(inputClass, 'py-2', mono && 'font-mono text-[0.8125rem]')} />
        }
      />
    </Field>
  );
}
