import { useEffect, useRef, useState } from 'react';
import { addressOf } from './address';
import { useScope } from './scope';
import type { DeliveryStatus, DeliveryView } from './types';
import { api } from './wiring';

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'off';

export interface LiveFilter {
  endpoint_id?: string;
  status?: DeliveryStatus;
  event?: string;
  event_id?: string;
}

interface LiveHandlers {
  /** New deliveries, and those that changed. */
  onDeliveries(deliveries: DeliveryView[]): void;
  /** Some may have been missed (a gap in the connection, a stream that was too fast): fetch the list again. */
  onResync?(): void;
}

const renew_session = () => api.get('/session').catch(() => undefined);

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** The server sends a ping every 15 s; without one for this long the connection is dead, whatever the browser thinks. */
const SILENCE_MS = 40_000;

/** Hears of deliveries as they happen. Reconnects by itself, slower each time; `is_on` false closes the stream. */
export function useLive(filter: LiveFilter, handlers: LiveHandlers, is_on = true): LiveState {
  const { tenant_id, mode } = useScope();
  const [state, setState] = useState<LiveState>('connecting');
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const address = addressOf('/live', { tenant_id, mode, ...filter });
  useEffect(() => {
    if (!is_on) return;
    return openStream(address, setState, () => latest.current);
  }, [address, is_on]);
  return is_on ? state : 'off';
}

function openStream(address: string, setState: (state: LiveState) => void, handlers: () => LiveHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause_ms = FIRST_PAUSE_MS;
  let was_live = false;
  let closed = false;

  const wait = (ms: number, then: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };
  const again = () => {
    source?.close();
    setState(navigator.onLine ? 'reconnecting' : 'offline');
    // The stream cannot say why it was refused. Asking for the session renews it, or tells that it has ended.
    wait(pause_ms, () => void renew_session().finally(() => !closed && connect()));
    pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
  };
  const heard = () => wait(SILENCE_MS, again);
  function connect() {
    source?.close();
    source = new EventSource(address);
    heard();
    source.addEventListener('ready', () => {
      heard();
      pause_ms = FIRST_PAUSE_MS;
      setState('live');
      if (was_live) handlers().onResync?.();
      was_live = true;
    });
    source.addEventListener('deliveries', (message: MessageEvent<string>) => {
      heard();
      handlers().onDeliveries(JSON.parse(message.data) as DeliveryView[]);
    });
    source.addEventListener('ping', heard);
    source.addEventListener('resync', () => handlers().onResync?.());
    source.addEventListener('error', again);
  }
  const at_once = () => {
    pause_ms = FIRST_PAUSE_MS;
    connect();
  };
  setState('connecting');
  connect();
  window.addEventListener('online', at_once);
  window.addEventListener('offline', again);
  return () => {
    closed = true;
    clearTimeout(timer);
    source?.close();
    window.removeEventListener('online', at_once);
    window.removeEventListener('offline', again);
  };
}
