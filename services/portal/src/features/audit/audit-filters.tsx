import { ACTOR_KINDS } from '../../api';
import { FilterBar, FilterSearch, FilterSelect, FilterTime } from '../../ui';
import { actionOptions, kindWords } from './action-words';
import { filterOf, type AuditSearch } from './search';

interface AuditFiltersProps {
  search: AuditSearch;
  onChange(patch: Partial<AuditSearch>): void;
}

const NO_FILTER = {
  actor_kind: undefined,
  action: undefined,
  target_id: undefined,
  since: undefined,
  until: undefined,
};

export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const is_filtered = Object.values(filterOf(search)).some((value) => value !== undefined);
  return (
    <FilterBar onClear={is_filtered && (() => onChange(NO_FILTER))}>
      <FilterSearch
        label="Id of what it was done to"
        placeholder="Done to: key_…, whe_…"
        value={search.target_id}
        onChange={(target_id) => onChange({ target_id })}
      />
      <FilterSelect
        label="By"
        any="anybody"
        value={search.actor_kind}
        options={ACTOR_KINDS.map((value) => ({ value, label: kindWords(value) }))}
        onChange={(actor_kind) => onChange({ actor_kind })}
      />
      <FilterSelect
        label="Action"
        value={search.action}
        options={actionOptions(search.action)}
        onChange={(action) => onChange({ action })}
      />
      <FilterTime label="From" value={search.since} onChange={(since) => onChange({ since })} />
      <FilterTime label="Before" value={search.until} onChange={(until) => onChange({ until })} />
    </FilterBar>
  );
}
