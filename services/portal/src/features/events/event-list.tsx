import { Activity } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useApiInfinite, useApiQuery, type EventTypeView, type EventView } from '../../api';
import {
  Badge,
  Card,
  EmptyState,
  FilterBar,
  FilterSearch,
  FilterSelect,
  InlineError,
  Loaded,
  localTime,
  Mono,
  RelativeTime,
  shortId,
  VirtualTable,
  type Column,
} from '../../ui';
import { EventPanel } from './event-panel';
import type { EventsSearch } from './search';

const COLUMNS: Column<EventView>[] = [
  {
    id: 'event',
    header: 'Event',
    width: '3',
    cell: ({ event, is_test }) => (
      <span className="inline-flex max-w-full items-center gap-2">
        <Mono>{event}</Mono>
        {is_test && <Badge>Test</Badge>}
      </span>
    ),
  },
  { id: 'id', header: 'Id', width: '2', hide_below: 'sm', cell: ({ id }) => <Mono>{shortId(id)}</Mono> },
  {
    id: 'time',
    header: 'Happened',
    width: '8rem',
    align: 'end',
    cell: ({ created_at }) => <RelativeTime time={created_at} />,
  },
];

interface EventListProps {
  search: EventsSearch;
  onChange(patch: Partial<EventsSearch>, options?: { push?: boolean }): void;
}

/** Everything that happened, whether a webhook was told of it or not. */
export function EventList({ search, onChange }: EventListProps) {
  const list = useApiInfinite<EventView>('/events', {
    query: { event: search.event, per_page: 100 },
    keep_previous: true,
  });
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  return (
    <div className="flex flex-col gap-4">
      <EventFilters search={search} onChange={onChange} />
      {list.error?.status === 422 ? (
        <InlineError error={list.error} />
      ) : (
        <Card flush>
          <Loaded query={list} words="Loading the events…" rows={6}>
            {() =>
              rows.length === 0 ? (
                <NoEvents event={search.event} />
              ) : (
                <VirtualTable
                  label="Events"
                  columns={COLUMNS}
                  rows={rows}
                  rowKey={({ id }) => id}
                  rowLabel={({ event, created_at }) => `${event}, ${localTime(created_at)}`}
                  open_id={search.open ?? null}
                  follow
                  onOpen={({ id }) => onChange({ open: id }, { push: search.open === undefined })}
                  onEnd={more}
                  footer={footerOf(isFetchingNextPage, hasNextPage)}
                />
              )
            }
          </Loaded>
        </Card>
      )}
      {search.open !== undefined && (
        <EventPanel key={search.open} event_id={search.open} onClose={() => onChange({ open: undefined })} />
      )}
    </div>
  );
}

function EventFilters({ search, onChange }: EventListProps) {
  const types = useApiQuery<EventTypeView[]>('/event-types');
  const names = types.data?.map(({ name }) => name) ?? [];
  const { event } = search;
  // Events that a tenant publishes are in no catalogue; one that the address names stays choosable.
  const options = event === undefined || names.includes(event) ? names : [event, ...names];
  return (
    <FilterBar onClear={event !== undefined && (() => onChange({ event: undefined }))}>
      <FilterSearch
        label="Event id or name"
        placeholder="evt_… or a name"
        value={undefined}
        onChange={(text) => {
          if (text === undefined) return;
          onChange(text.startsWith('evt_') ? { open: text } : { event: text });
        }}
      />
      <FilterSelect
        label="Event"
        value={event}
        options={options.map((value) => ({ value, label: value }))}
        onChange={(next) => onChange({ event: next })}
      />
    </FilterBar>
  );
}

function footerOf(is_loading: boolean, has_more: boolean): string {
  if (is_loading) return 'Loading older events…';
  return has_more ? 'Older events come as you scroll.' : 'That is all.';
}

function NoEvents({ event }: { event: string | undefined }) {
  return (
    <EmptyState icon={Activity} title={event === undefined ? 'No events yet' : `No ${event} yet`}>
      {event === undefined
        ? 'When an appointment is booked, a call comes in or you publish an event of your own, it is listed here.'
        : 'None that is still kept has this name. Clear the filter to see the others.'}
    </EmptyState>
  );
}
