import { Search } from 'lucide-react';
import { useState } from 'react';
import { useApiQuery, type EventTypeView } from '../../api';
import { cx, EmptyState, inputClass, Loaded, RadioGroup } from '../../ui';
import { EventTypeRow } from './event-type-row';
import { OtherEvents } from './other-events';
import { ResourceRow } from './resource-row';
import { EVERYTHING, groupsOf, othersIn, searched, type ResourceGroup } from './subscriptions';

interface EventPickerProps {
  patterns: readonly string[];
  onChange(patterns: string[]): void;
  error?: string;
}

/** Which events an endpoint gets: all, whole resources, or single ones, each with what it means and how it looks. */
export function EventPicker({ patterns, onChange, error }: EventPickerProps) {
  const types = useApiQuery<EventTypeView[]>('/event-types');
  const [remembered, setRemembered] = useState<readonly string[]>([]);
  const is_everything = patterns.includes(EVERYTHING);
  const choose = (kind: 'everything' | 'some') => {
    if (kind === 'everything') setRemembered(patterns);
    onChange(kind === 'everything' ? [EVERYTHING] : [...remembered]);
  };
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        label="Events"
        columns
        value={is_everything ? 'everything' : 'some'}
        onChange={choose}
        error={error}
        options={[
          { value: 'some', label: 'Chosen events', hint: 'Only what your server needs.' },
          { value: 'everything', label: 'Every event', hint: 'Also of types that are added later.' },
        ]}
      />
      {!is_everything && (
        <Loaded query={types} words="Loading the event types…">
          {(all) => (
            <>
              <TypeList types={all} patterns={patterns} onChange={onChange} />
              <OtherEvents others={othersIn(patterns, all)} patterns={patterns} onChange={onChange} />
            </>
          )}
        </Loaded>
      )}
    </div>
  );
}

function TypeList({ types, patterns, onChange }: EventPickerProps & { types: readonly EventTypeView[] }) {
  const [text, setText] = useState('');
  const groups = searched(groupsOf(types), text);
  const whole = groupsOf(types);
  return (
    <div className="min-w-0 rounded-lg border border-line">
      <div className="relative border-b border-line p-2">
        <Search aria-hidden className="pointer-events-none absolute top-4 left-4.5 size-4 text-muted" />
        <input
          type="search"
          aria-label="Search the event types"
          placeholder="Search by name or description"
          value={text}
          onChange={(event) => setText(event.target.value)}
          // Enter here looks for something; it does not save the form around it.
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          className={cx(inputClass, 'h-8 pl-8 text-[0.8125rem]')}
        />
      </div>
      <p role="status" className="sr-only">
        {text === '' ? '' : `${groups.reduce((sum, group) => sum + group.types.length, 0)} event types fit`}
      </p>
      {groups.length === 0 ? (
        <EmptyState icon={Search} title="No event type fits" className="py-6">
          Try fewer words, or add a custom event by its name below.
        </EmptyState>
      ) : (
        groups.map((group) => (
          <Group
            key={group.pattern}
            {...{ group, patterns, onChange }}
            whole={whole.find(({ pattern }) => pattern === group.pattern) ?? group}
          />
        ))
      )}
    </div>
  );
}

/** `whole`: with the types that the search has left out, which "all of it" means as well. */
function Group({
  group,
  whole,
  patterns,
  onChange,
}: EventPickerProps & { group: ResourceGroup; whole: ResourceGroup }) {
  return (
    <fieldset className="border-b border-line last:border-0">
      <legend className="sr-only">{group.resource} events</legend>
      <ResourceRow group={whole} patterns={patterns} onChange={onChange} />
      <ul>
        {group.types.map((type) => (
          <EventTypeRow key={type.name} {...{ type, patterns, onChange }} />
        ))}
      </ul>
    </fieldset>
  );
}
