import { BookOpen, ChevronRight } from 'lucide-react';
import { useApiQuery, type EventTypeView } from '../../api';
import { Button, Card, Drawer, EmptyState, FilterBar, FilterSearch, Loaded, Mono } from '../../ui';
import { groupsOf, searched, type ResourceGroup } from '../webhooks/subscriptions';
import type { EventsSearch } from './search';
import { TypePanel } from './type-panel';

interface CatalogueProps {
  search: EventsSearch;
  onChange(patch: Partial<EventsSearch>, options?: { push?: boolean }): void;
}

/** What the platform tells of, by resource; each opens to its fields, its example and a test. */
export function Catalogue({ search, onChange }: CatalogueProps) {
  const types = useApiQuery<EventTypeView[]>('/event-types');
  const close = () => onChange({ open: undefined });
  const open = types.data?.find(({ name }) => name === search.open);
  return (
    <div className="flex flex-col gap-4">
      <FilterBar label="Search the catalogue">
        <FilterSearch
          label="Search event types"
          placeholder="Name or what happened"
          value={search.q}
          onChange={(q) => onChange({ q })}
        />
      </FilterBar>
      <Loaded query={types} words="Loading the catalogue…" rows={6}>
        {(all) => (
          <Groups
            groups={searched(groupsOf(all), search.q ?? '')}
            onOpen={(name) => onChange({ open: name }, { push: true })}
            onClear={() => onChange({ q: undefined })}
          />
        )}
      </Loaded>
      {open && <TypePanel key={open.name} type={open} onClose={close} />}
      {types.isSuccess && !open && search.open !== undefined && (
        <Drawer open onClose={close} title="Not in the catalogue">
          <p className="text-sm text-muted">
            There is no event type <Mono wrap>{search.open}</Mono>. Events that you publish yourself have none.
          </p>
        </Drawer>
      )}
    </div>
  );
}

interface GroupsProps {
  groups: readonly ResourceGroup[];
  onOpen(name: string): void;
  onClear(): void;
}

function Groups({ groups, onOpen, onClear }: GroupsProps) {
  if (groups.length === 0) {
    return (
      <EmptyState icon={BookOpen} title="No event type fits" action={<Button onClick={onClear}>Show all</Button>}>
        Search for a part of a name, as “cancelled”, or for a word of what happened.
      </EmptyState>
    );
  }
  return groups.map(({ pattern, types }) => (
    <Card key={pattern} title={<Mono>{pattern}</Mono>} flush>
      <ul>
        {types.map((type) => (
          <li key={type.name} className="border-b border-line last:border-0">
            <button
              type="button"
              onClick={() => onOpen(type.name)}
              className="flex w-full items-center gap-3 px-4 py-2.5 text-left hover:bg-sunken focus-visible:-outline-offset-2"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-mono text-[0.8125rem] break-all">
                  {type.name}
                  {type.alias !== null && <span className="text-muted"> · also {type.alias}</span>}
                </span>
                <span className="block text-sm text-muted">{type.description}</span>
              </span>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
            </button>
          </li>
        ))}
      </ul>
    </Card>
  ));
}
