import { FilterX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import {
  asApiError,
  useApiAll,
  useApiQuery,
  useInvalidate,
  type DeliveryView,
  type EndpointView,
  type EventTypeView,
} from '../../api';
import { Button, Card, count, EmptyState, ErrorState, Loading, useNow, useSearchState } from '../../ui';
import { RunningReplays } from '../replays/running-replays';
import { endpointNamer, type EndpointName } from '../webhooks/endpoint-name';
import { EmptyLog } from './log/empty-log';
import { LiveIndicator } from './log/live-indicator';
import { LogFilters } from './log/log-filters';
import { LogTable } from './log/log-table';
import { useDeliveryLog, type LiveLog } from './log/use-delivery-log';
import { useScrollPlace, type ScrollPlace } from './log/use-scroll-place';
import { cleared, filterOf, isFiltered, type LogFilter } from './log-filter';
import { DeliveryPanel } from './panel/delivery-panel';
import { ReplayButton } from './replays/replay-button';
import type { DeliveriesSearch } from './search';

const NO_ENDPOINTS: EndpointView[] = [];
const NO_EVENT_TYPES: EventTypeView[] = [];

/** The live log: of all endpoints, or of one. Its filters and its open panel live in the URL. */
export function DeliveryLog({ endpoint_id }: { endpoint_id?: string }) {
  const [search, setSearch] = useSearchState<DeliveriesSearch>();
  const fixed = endpoint_id !== undefined;
  const url = useMemo(() => (fixed ? { ...search, endpoint_id } : search), [search, fixed, endpoint_id]);
  const filter = useFilter(url);
  const [is_paused, setPaused] = useState(false);
  const [started, setStarted] = useState<string[]>([]);
  const { is_at_top, ...place } = useScrollPlace();
  const invalidate = useInvalidate();
  const { delivery: open_id } = search;
  const onArrivals = useCallback(
    (deliveries: readonly DeliveryView[]) => {
      const is_open = deliveries.some(({ id }) => id === open_id);
      if (is_open) void invalidate(`/deliveries/${open_id}`);
    },
    [invalidate, open_id],
  );
  const is_reading = !is_at_top || open_id !== undefined;
  const log = useDeliveryLog(filter, { is_paused, is_reading, onArrivals });

  const endpoints = useApiAll<EndpointView>('/webhooks').data?.rows ?? NO_ENDPOINTS;
  const event_types = useApiQuery<EventTypeView[]>('/event-types').data ?? NO_EVENT_TYPES;
  const nameOf = useMemo(() => endpointNamer(endpoints), [endpoints]);
  const open = useCallback(
    (delivery: string | undefined) => setSearch({ delivery }, { push: open_id === undefined }),
    [setSearch, open_id],
  );
  const is_filtered = isFiltered(search, ...(fixed ? (['endpoint_id'] as const) : []));
  const clear = () => setSearch(cleared(...(fixed ? (['endpoint_id'] as const) : [])));
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <LogFilters
        url={url}
        onChange={setSearch}
        onOpen={open}
        onClear={is_filtered && clear}
        endpoints={endpoints}
        event_types={event_types}
        fixed_endpoint={fixed}
      />
      <RunningReplays own={started} endpoint_id={endpoint_id} />
      <Card
        flush
        title={<Total log={log} />}
        actions={
          <>
            <LiveIndicator live={log.live} is_over={log.is_over} is_paused={is_paused} onPause={setPaused} />
            <ReplayButton filter={filter} nameOf={nameOf} onStarted={(id) => setStarted((ids) => [...ids, id])} />
          </>
        }
      >
        <LogBody
          {...{ log, url, nameOf, is_filtered, open_id, place }}
          has_endpoints={endpoints.length > 0}
          fixed_endpoint={fixed}
          onClear={clear}
          onOpen={open}
        />
      </Card>
      <DeliveryPanel
        id={open_id}
        rows={log.rows}
        endpoints={endpoints}
        frame={place.frame}
        onOpen={open}
        onChanged={(delivery) => log.log.arrive([delivery])}
      />
    </div>
  );
}

interface LogBodyProps {
  log: LiveLog;
  url: DeliveriesSearch;
  nameOf: EndpointName;
  is_filtered: boolean;
  has_endpoints: boolean;
  fixed_endpoint: boolean;
  open_id: string | undefined;
  place: Omit<ScrollPlace, 'is_at_top'>;
  onClear(): void;
  onOpen(delivery_id: string): void;
}

/** The rows, or why there are none. */
function LogBody({
  log,
  url,
  nameOf,
  is_filtered,
  has_endpoints,
  fixed_endpoint,
  open_id,
  place,
  ...on
}: LogBodyProps) {
  if (log.phase === 'failed' && asApiError(log.error).status === 422)
    return <InvalidFilter error={log.error} onClear={on.onClear} />;
  if (log.phase === 'failed') return <ErrorState error={log.error} retry={() => log.log.retry()} />;
  if (log.phase === 'loading' && log.rows.length === 0) return <Loading words="Loading deliveries…" rows={8} />;
  if (log.rows.length === 0 && log.held.length === 0)
    return <EmptyLog {...{ url, is_filtered, nameOf, has_endpoints, fixed_endpoint }} onClear={on.onClear} />;
  return (
    <LogTable
      {...{ log, nameOf, open_id, ...place }}
      has_endpoint={!fixed_endpoint}
      onOpen={({ id }) => on.onOpen(id)}
    />
  );
}

function InvalidFilter({ error, onClear }: { error: unknown; onClear(): void }) {
  return (
    <EmptyState
      icon={FilterX}
      title="A filter in the address is not valid"
      action={<Button onClick={onClear}>Clear filters</Button>}
    >
      {asApiError(error)
        .details.map(({ path, message }) => `${path} ${message}`)
        .join('; ') || 'Perhaps the link was cut off.'}
    </EmptyState>
  );
}

/** "Last hour" is counted from when it was chosen: a filter that moves by itself would be another question each time. */
function useFilter(url: DeliveriesSearch): LogFilter {
  const { delivery: _, ...filters } = url;
  const key = JSON.stringify(filters);
  const now = useNow();
  const [made, setMade] = useState(() => ({ key, filter: filterOf(url, now) }));
  if (made.key === key) return made.filter;
  const next = { key, filter: filterOf(url, now) };
  setMade(next);
  return next.filter;
}

function Total({ log: { total, rows, phase, next_cursor } }: { log: LiveLog }) {
  if (phase !== 'ready') return <>Deliveries</>;
  const known = next_cursor === null ? rows.length : total;
  return <>{known === null ? 'Deliveries' : `${count(known)} ${known === 1 ? 'delivery' : 'deliveries'}`}</>;
}
