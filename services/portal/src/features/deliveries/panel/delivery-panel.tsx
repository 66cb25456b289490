import { useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useState, type RefObject } from 'react';
import {
  scopedKey,
  useApiQuery,
  useInvalidate,
  useScope,
  type DeliveryView,
  type DeliveryWithAttempts,
  type EndpointView,
} from '../../../api';
import { Drawer, ErrorState, IconButton, Loading, useShortcut } from '../../../ui';
import { gridIn } from '../log/use-scroll-place';
import { Attempts } from './attempts';
import { DeliveryHead } from './delivery-head';

interface DeliveryPanelProps {
  /** undefined: closed. */
  id: string | undefined;
  /** The list it stands in: what next and previous mean. */
  rows: readonly DeliveryView[];
  endpoints: readonly EndpointView[];
  /** Around the list, which has the focus back when the panel is closed. */
  frame: RefObject<HTMLElement | null>;
  onOpen(id: string | undefined): void;
  onChanged(delivery: DeliveryView): void;
}

/** One delivery beside the list: everything that was sent and answered. The list stays usable. */
export function DeliveryPanel({ id, rows, endpoints, frame, onOpen, onChanged }: DeliveryPanelProps) {
  const [shown_id, setShown] = useState(id);
  // While it slides out it still shows what it showed.
  if (id !== undefined && id !== shown_id) setShown(id);
  const at = rows.findIndex((row) => row.id === id);
  const [previous, next] = at < 0 ? [undefined, rows[0]] : [rows[at - 1], rows[at + 1]];
  const go = (to: DeliveryView | undefined) => to && onOpen(to.id);
  const is_open = id !== undefined;
  // In the list itself its own keys do the same.
  useShortcut('j', 'Next delivery', () => go(next), { is_on: is_open });
  useShortcut('k', 'Previous delivery', () => go(previous), { is_on: is_open });
  const close = () => {
    onOpen(undefined);
    requestAnimationFrame(() => gridIn(frame.current)?.focus({ preventScroll: true }));
  };
  const row = rows.find((each) => each.id === shown_id);
  return (
    <Drawer
      open={is_open}
      onClose={close}
      modal={false}
      wide
      title={row?.event ?? 'Delivery'}
      actions={
        <>
          <IconButton
            label="Previous delivery"
            icon={ChevronUp}
            shortcut="k"
            size="sm"
            disabled={!previous}
            onClick={() => go(previous)}
          />
          <IconButton
            label="Next delivery"
            icon={ChevronDown}
            shortcut="j"
            size="sm"
            disabled={!next}
            onClick={() => go(next)}
          />
        </>
      }
    >
      {shown_id !== undefined && (
        <PanelContent key={shown_id} id={shown_id} row={row} endpoints={endpoints} onChanged={onChanged} />
      )}
    </Drawer>
  );
}

const PENDING_REFETCH_MS = 5_000;

function PanelContent({
  id,
  row,
  endpoints,
  onChanged,
}: Pick<DeliveryPanelProps, 'endpoints' | 'onChanged'> & { id: string; row: DeliveryView | undefined }) {
  const path = `/deliveries/${id}`;
  const scope = useScope();
  const client = useQueryClient();
  const invalidate = useInvalidate();
  const query = useApiQuery<DeliveryWithAttempts>(path);
  const delivery = query.data ?? row;
  const is_pending = delivery?.status === 'pending';
  useEffect(() => {
    // The stream tells of those that the list's filter is for; this one may be opened by a link.
    if (!is_pending) return;
    const timer = setInterval(() => void invalidate(path), PENDING_REFETCH_MS);
    return () => clearInterval(timer);
  }, [is_pending, invalidate, path]);
  const endpoint = useEndpoint(delivery?.endpoint_id, endpoints);
  const change = (changed: DeliveryView) => {
    client.setQueryData<DeliveryWithAttempts>(scopedKey(scope, path), (old) => old && { ...old, ...changed });
    onChanged(changed);
    void invalidate(path);
  };
  if (query.error && !query.data)
    return (
      <ErrorState
        error={query.error}
        title={query.error.status === 404 ? 'There is no such delivery' : undefined}
        retry={() => query.refetch()}
      />
    );
  if (!delivery) return <Loading words="Loading the delivery…" rows={4} />;
  return (
    <div className="flex flex-col gap-5">
      <DeliveryHead delivery={delivery} endpoint={endpoint} onChanged={change} />
      {query.data ? (
        <Attempts delivery={query.data} url={endpoint?.url ?? null} />
      ) : (
        <Loading words="Loading its attempts…" rows={3} className="px-0" />
      )}
    </div>
  );
}

/** One that was made a moment ago, or lies beyond what a screen loads, is not in the list. */
function useEndpoint(id: string | undefined, endpoints: readonly EndpointView[]): EndpointView | undefined {
  const listed = endpoints.find((each) => each.id === id);
  const asked = useApiQuery<EndpointView>(`/webhooks/${id ?? ''}`, { enabled: id !== undefined && !listed });
  return listed ?? asked.data;
}
