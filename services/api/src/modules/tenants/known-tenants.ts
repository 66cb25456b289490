import type { Executor } from '@switchboard/db';
import { existingTenants } from './repository.js';

/** @returns which of the ids are tenants */
export type KnownTenants = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

/** Nothing deletes tenants; one that is deleted by hand is still taken for there so long. */
const KNOWN_FOR_MS = 60_000;
const MAX_KNOWN = 100_000;

/** Asks the database for those only that it has not seen lately. That an id is no tenant is never kept: it may be one soon. */
export function createKnownTenants(database: Executor, now: () => number = Date.now): KnownTenants {
  const seenAt = new Map<string, number>();
  return async (ids) => {
    const since = now() - KNOWN_FOR_MS;
    const unsure = ids.filter((id) => (seenAt.get(id) ?? Number.NEGATIVE_INFINITY) < since);
    if (unsure.length > 0) {
      if (seenAt.size > MAX_KNOWN) seenAt.clear();
      for (const id of await existingTenants(database, unsure)) seenAt.set(id, now());
    }
    return new Set(ids.filter((id) => (seenAt.get(id) ?? Number.NEGATIVE_INFINITY) >= since));
  };
}
