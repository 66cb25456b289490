import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { asApiError, useApi, useLive, useScope, type DeliveryView, type LiveState } from '../../../api';
import { useNow } from '../../../ui';
import { canGrow, matches, type LogFilter } from '../log-filter';
import { createDeliveryLog, type DeliveryLog, type LogSnapshot } from './delivery-log';

export interface LiveLog extends LogSnapshot {
  log: DeliveryLog;
  live: LiveState;
  /** The filter ends in the past: nothing new can come. */
  is_over: boolean;
}

export interface LogOptions {
  is_paused: boolean;
  /** Somebody reads further down or in the panel: new ones wait. */
  is_reading: boolean;
  onArrivals(deliveries: readonly DeliveryView[]): void;
}

const PER_PAGE = 50;
/** The stream tells not of everything (what is cancelled with its endpoint), and a signal may be lost on its way. */
const RELOAD_MS = 30_000;

/** The deliveries of a filter, as they are and as they come. */
export function useDeliveryLog(filter: LogFilter, { is_paused, is_reading, onArrivals }: LogOptions): LiveLog {
  const make = useLogMaker();
  const key = JSON.stringify(filter);
  const [made, setMade] = useState(() => ({ key, log: make(filter, []) }));
  const current = made.key === key ? made : { key, log: make(filter, made.log.snapshot().rows) };
  if (current !== made) setMade(current);
  const { log } = current;
  const snapshot = useSyncExternalStore(log.subscribe, log.snapshot);
  useEffect(() => log.start(), [log]);
  useEffect(() => log.setReading(is_reading), [log, is_reading]);

  const is_over = !canGrow(filter, useNow());
  // What the list is refused for, the stream is as well.
  const is_refused = snapshot.phase === 'failed' && asApiError(snapshot.error).status === 422;
  // Not the status: a row of this list that changes to another one must be heard of as well.
  const { endpoint_id, event, event_id } = filter;
  const can_change = !is_paused && !is_over && !is_refused;
  const live = useLive(
    { endpoint_id, event, event_id },
    {
      onDeliveries: (deliveries) => {
        log.arrive(deliveries);
        onArrivals(deliveries);
      },
      onResync: () => log.sync(),
    },
    can_change,
  );
  useEffect(() => {
    // What happened between the list's answer and the stream's beginning, or while there was none.
    if (live === 'live') log.sync();
  }, [live, log]);
  useEffect(() => {
    if (!can_change) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && log.sync(), RELOAD_MS);
    return () => clearInterval(timer);
  }, [log, can_change]);
  return { ...snapshot, log, live, is_over };
}

function useLogMaker() {
  const api = useApi();
  const { tenant_id, mode } = useScope();
  return useCallback(
    (filter: LogFilter, rows_before: readonly DeliveryView[]) =>
      createDeliveryLog({
        rows_before,
        matches: (delivery) => matches(filter, delivery),
        fetchPage: (cursor, signal) =>
          api.list<DeliveryView>('/deliveries', { ...filter, per_page: PER_PAGE, cursor }, { signal, tenant_id, mode }),
      }),
    [api, tenant_id, mode],
  );
}
