import { FilterBar, FilterTime, Segmented } from '../../ui';
import type { DeadLettersSearch } from './search';
import { DEFAULT_RANGE, RANGES, sinceOf, type Range } from './time-range';

const OPTIONS: { value: Range | 'custom'; label: string }[] = [
  ...RANGES.map((range) => ({ value: range, label: range })),
  { value: 'custom', label: 'Since…' },
];

/** Of which events: back from now, or since a moment. */
export function RangePicker({
  search,
  onChange,
}: {
  search: DeadLettersSearch;
  onChange(change: Pick<DeadLettersSearch, 'range' | 'since'>): void;
}) {
  const chosen = search.since ? 'custom' : (search.range ?? DEFAULT_RANGE);
  return (
    <FilterBar label="Time range">
      <Segmented<Range | 'custom'>
        label="Of events of the last"
        value={chosen}
        options={OPTIONS}
        onChange={(next) =>
          next === 'custom'
            ? onChange({ range: undefined, since: sinceOf(search, Date.now()) })
            : onChange({ range: next, since: undefined })
        }
      />
      {search.since && (
        <FilterTime
          label="Events since"
          value={search.since}
          onChange={(since) => onChange({ range: since ? undefined : DEFAULT_RANGE, since })}
        />
      )}
    </FilterBar>
  );
}
