import { useSyncExternalStore } from 'react';
import type { EndpointView } from '../../api';

/** The endpoint that was deleted last, so that one can add it again; it is forgotten with the page. */
let last: { tenant_id: string; endpoint: EndpointView } | null = null;
const listeners = new Set<() => void>();

function set(next: typeof last): void {
  last = next;
  for (const listener of listeners) listener();
}

export function rememberDeleted(tenant_id: string, endpoint: EndpointView): void {
  set({ tenant_id, endpoint });
}

export function forgetDeleted(): void {
  set(null);
}

export function useLastDeleted(tenant_id: string): EndpointView | null {
  const latest = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => last,
  );
  return latest?.tenant_id === tenant_id ? latest.endpoint : null;
}
