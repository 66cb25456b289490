import { isUuid } from '@switchboard/shared';
import { byKey } from '../deliveries/by-key.js';
import type { DeliveryKey } from '../deliveries/load-deliveries.js';
import type { Executor } from '../executor.js';

/** The API says here, every few seconds, whose log somebody has open. The payload is a tenant's id. */
export const WATCHED_CHANNEL = 'live_log_watched';
/** Workers say here which of those tenants' deliveries are new or have changed. */
export const CHANGES_CHANNEL = 'live_log';

/** How long a worker believes that a log is watched; the API says so three times in it. */
export const WATCHED_FOR_MS = 15_000;
export const WATCHED_INTERVAL_MS = 5_000;

export interface DeliveryChanges {
  tenant_id: string;
  /** null: there were too many to name; whoever watches reads the list again. */
  changed: { mode: string; delivery_ids: string[] } | null;
}

export function signalWatched(executor: Executor, tenantIds: readonly string[]): Promise<unknown> {
  return executor.query({
    name: 'signal-watched',
    text: `SELECT pg_notify('${WATCHED_CHANNEL}', id::text) FROM unnest($1::uuid[]) AS watched (id)`,
    values: [tenantIds],
  });
}

/**
 * Tells of those of the deliveries that belong to these tenants. Looked up by key, because who fans out does not know
 * whose they are; and only while somebody watches. A payload may have 8,000 bytes: 100 ids are half of that.
 */
export function signalChanges(
  executor: Executor,
  deliveries: readonly DeliveryKey[],
  tenantIds: readonly string[],
): Promise<unknown> {
  return executor.query({
    name: 'signal-changes',
    text: `
      WITH found AS (
        SELECT d.tenant_id, d.mode, d.id, (row_number() OVER (PARTITION BY d.tenant_id, d.mode) - 1) / 100 AS part
        FROM unnest($1::uuid[], $2::uuid[]) AS changed (event_id, endpoint_id)
        JOIN deliveries d ON ${byKey('d', 'changed')}
        WHERE d.tenant_id = ANY ($3::uuid[])
      )
      SELECT pg_notify('${CHANGES_CHANNEL}',
        json_build_object('tenant_id', tenant_id, 'mode', mode, 'ids', json_agg(id))::text)
      FROM found GROUP BY tenant_id, mode, part`,
    values: [deliveries.map(({ event_id }) => event_id), deliveries.map(({ endpoint_id }) => endpoint_id), tenantIds],
  });
}

/** In place of the above where there are more than it pays to name. */
export function signalManyChanges(executor: Executor, tenantIds: readonly string[]): Promise<unknown> {
  return executor.query({
    name: 'signal-many-changes',
    text: `
      SELECT pg_notify('${CHANGES_CHANNEL}', json_build_object('tenant_id', id)::text) FROM unnest($1::uuid[]) AS watched (id)`,
    values: [tenantIds],
  });
}

/** @returns null for what is none of ours: anybody who may connect may notify */
export function parseChanges(payload: string): DeliveryChanges | null {
  try {
    const { tenant_id, mode, ids } = JSON.parse(payload) as Record<string, unknown>;
    if (typeof tenant_id !== 'string') return null;
    if (ids === undefined) return { tenant_id, changed: null };
    if (typeof mode !== 'string' || !Array.isArray(ids) || !ids.every(isUuid)) return null;
    return { tenant_id, changed: { mode, delivery_ids: ids } };
  } catch {
    return null;
  }
}
