import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Field as Base } from '@base-ui/react/field';
import { Fieldset } from '@base-ui/react/fieldset';
import { Radio } from '@base-ui/react/radio';
import { RadioGroup as BaseRadioGroup } from '@base-ui/react/radio-group';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';
import { FieldNotes } from './field';

interface ChoiceProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  checked: boolean;
  onChange(checked: boolean): void;
  disabled?: boolean;
  indeterminate?: boolean;
  hide_label?: boolean;
  className?: string;
}

const BOX =
  'flex size-4.5 shrink-0 items-center justify-center rounded border border-line-strong bg-surface text-on-accent ' +
  'data-checked:border-transparent data-checked:bg-accent-strong data-indeterminate:border-transparent ' +
  'data-indeterminate:bg-accent-strong data-disabled:opacity-55';

export function Checkbox({
  label,
  hint,
  error,
  checked,
  onChange,
  hide_label,
  indeterminate,
  disabled,
  className,
}: ChoiceProps) {
  return (
    <Base.Root invalid={Boolean(error)} className={cx('flex flex-col gap-1', className)}>
      <Base.Label className="flex items-start gap-2.5 text-sm">
        <span className="flex h-5 items-center">
          <BaseCheckbox.Root {...{ checked, indeterminate, disabled }} onCheckedChange={onChange} className={BOX}>
            <BaseCheckbox.Indicator>
              {indeterminate ? <Minus aria-hidden className="size-3.5" /> : <Check aria-hidden className="size-3.5" />}
            </BaseCheckbox.Indicator>
          </BaseCheckbox.Root>
        </span>
        <span className={cx(hide_label && 'sr-only')}>{label}</span>
      </Base.Label>
      <div className="flex flex-col gap-1 pl-7 empty:hidden">
        <FieldNotes hint={hint} error={error} />
      </div>
    </Base.Root>
  );
}

export function Switch({ label, hint, error, checked, onChange, hide_label, disabled, className }: ChoiceProps) {
  return (
    <Base.Root invalid={Boolean(error)} className={cx('flex flex-col gap-1', className)}>
      <Base.Label className="flex items-center gap-2.5 text-sm">
        <BaseSwitch.Root
          {...{ checked, disabled }}
          onCheckedChange={onChange}
          className="relative h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunken transition-colors data-checked:border-transparent data-checked:bg-accent-strong data-disabled:opacity-55"
        >
          <BaseSwitch.Thumb className="absolute top-0.5 left-0.5 size-3.5 rounded-full bg-line-strong transition-transform data-checked:translate-x-4 data-checked:bg-white" />
        </BaseSwitch.Root>
        <span className={cx(hide_label && 'sr-only')}>{label}</span>
      </Base.Label>
      <FieldNotes hint={hint} error={error} />
    </Base.Root>
  );
}

export interface RadioOption<V extends string> {
  value: V;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

interface RadioGroupProps<V extends string> {
  label: ReactNode;
  value: V;
  onChange(value: V): void;
  options: readonly RadioOption<V>[];
  error?: string | undefined;
  /** Beside each other where there is room. */
  columns?: boolean;
}

/** A few choices, each with a word on what it means. */
export function RadioGroup<V extends string>({ label, value, onChange, options, error, columns }: RadioGroupProps<V>) {
  return (
    <Base.Root invalid={Boolean(error)}>
      <Fieldset.Root
        className="flex flex-col gap-1.5"
        render={<BaseRadioGroup value={value} onValueChange={(next: unknown) => onChange(next as V)} />}
      >
        <Fieldset.Legend className="text-sm font-medium">{label}</Fieldset.Legend>
        <div className={cx('grid gap-2', columns && 'sm:grid-cols-2')}>
          {options.map((option) => (
            <Base.Item key={option.value} disabled={option.disabled ?? false}>
              <Base.Label className="flex h-full items-start gap-2.5 rounded-md border border-line bg-surface p-2.5 text-sm has-data-checked:border-accent has-data-disabled:opacity-60">
                <span className="flex h-5 items-center">
                  <Radio.Root
                    value={option.value}
                    disabled={option.disabled}
                    className="flex size-4 items-center justify-center rounded-full border border-line-strong bg-surface data-checked:border-transparent data-checked:bg-accent-strong"
                  >
                    <Radio.Indicator className="size-1.5 rounded-full bg-white" />
                  </Radio.Root>
                </span>
                <span>
                  {option.label}
                  {option.hint && <span className="block text-xs text-muted">{option.hint}</span>}
                </span>
              </Base.Label>
            </Base.Item>
          ))}
        </div>
        <FieldNotes error={error} />
      </Fieldset.Root>
    </Base.Root>
  );
}
