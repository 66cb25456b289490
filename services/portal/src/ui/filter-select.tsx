import { Select } from './select';
import type { Option } from './select-props';

const ANY = '';

/** One of a few, or any: `<FilterSelect label="Status" value={search.status} options={…} onChange={(status) => set({ status })} />` */
export function FilterSelect<V extends string>({
  label,
  value,
  options,
  onChange,
  any = 'any',
}: {
  label: string;
  value: V | undefined;
  options: readonly Option<V>[];
  onChange(value: V | undefined): void;
  any?: string;
}) {
  return (
    <Select
      size="sm"
      label={label}
      prefix={label}
      className="max-w-64"
      value={value ?? ANY}
      options={[{ value: ANY, label: any }, ...options] as Option<string>[]}
      onChange={(next) => onChange(next === ANY ? undefined : (next as V))}
    />
  );
}
