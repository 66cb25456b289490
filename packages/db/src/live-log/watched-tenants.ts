import { isUuid } from '@switchboard/shared';
import { WATCHED_FOR_MS } from './live-log-signals.js';

/** Tenants whose log somebody has open, as far as this process was told. */
export interface WatchedTenants {
  /** The payload of a signal on WATCHED_CHANNEL; what is none of ours is passed over. */
  heard(payload: string): void;
  isAny(): boolean;
  has(tenantId: string): boolean;
  ids(): string[];
  forget(): void;
}

export function createWatchedTenants(believedForMs = WATCHED_FOR_MS): WatchedTenants {
  /** Until when each is believed to be watched, by performance.now(); who was heard of last stands last. */
  const until = new Map<string, number>();
  const dropOld = () => {
    const now = performance.now();
    for (const [tenantId, end] of until) {
      if (end > now) return;
      until.delete(tenantId);
    }
  };
  return {
    heard: (payload) => {
      dropOld();
      if (!isUuid(payload)) return;
      until.delete(payload);
      until.set(payload, performance.now() + believedForMs);
    },
    // Asked for each delivery, mostly of nobody.
    isAny: () => {
      if (until.size > 0) dropOld();
      return until.size > 0;
    },
    has: (tenantId) => (until.get(tenantId) ?? 0) > performance.now(),
    ids: () => {
      dropOld();
      return [...until.keys()];
    },
    forget: () => until.clear(),
  };
}
