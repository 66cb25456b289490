import { Controller, type UseFormReturn } from 'react-hook-form';
import { RadioGroup, TextField } from '../../ui';
import { figureProblem, type EndpointForm } from './endpoint-form';

type FigureName = 'timeout_seconds' | 'max_attempts' | 'rate_limit_per_second' | 'max_in_flight';

interface Figure {
  name: FigureName;
  label: string;
  placeholder: string;
  hint: string;
  bounds: [least: number, most: number, is_whole: boolean];
}

const FIGURES: Figure[] = [
  {
    name: 'timeout_seconds',
    label: 'Timeout in seconds',
    placeholder: '10',
    hint: 'From connecting to the last byte of your answer. 1 to 30.',
    bounds: [1, 30, false],
  },
  {
    name: 'max_attempts',
    label: 'Attempts at most',
    placeholder: '10',
    hint: 'After the last one the delivery has failed for good. 1 to 20.',
    bounds: [1, 20, true],
  },
  {
    name: 'rate_limit_per_second',
    label: 'Deliveries per second',
    placeholder: 'no limit',
    hint: 'More of them wait; waiting spends no attempt. 1 to 1,000.',
    bounds: [1, 1_000, true],
  },
  {
    name: 'max_in_flight',
    label: 'At the same time',
    placeholder: '10',
    hint: 'On their way at once, for each worker process. 1 to 100.',
    bounds: [1, 100, true],
  },
];

/** How fast, how often and in which order. Everything may stay empty. */
export function PolicyFields({ form }: { form: UseFormReturn<EndpointForm> }) {
  const { errors } = form.formState;
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        {FIGURES.map(({ name, label, placeholder, hint, bounds }) => (
          <TextField
            key={name}
            label={label}
            optional
            inputMode="decimal"
            placeholder={placeholder}
            hint={hint}
            error={errors[name]?.message}
            {...form.register(name, { validate: (text) => figureProblem(text, ...bounds) ?? true })}
          />
        ))}
      </div>
      <Controller
        control={form.control}
        name="ordering"
        render={({ field }) => (
          <RadioGroup
            label="Order"
            value={field.value}
            onChange={field.onChange}
            error={errors.ordering?.message}
            options={[
              {
                value: 'none',
                label: 'As fast as possible',
                hint: 'In nearly the order of the events. One that is retried comes later than those after it.',
              },
              {
                value: 'fifo',
                label: 'Strictly in order',
                hint: 'One delivery at a time. While one is retried all that follow wait, for hours if need be. For ledgers, not for speed.',
              },
            ]}
          />
        )}
      />
    </div>
  );
}
