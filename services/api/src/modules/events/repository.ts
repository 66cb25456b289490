import { sql, type Executor } from '@switchboard/db';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantContext } from '../../http/route.js';

export interface EventRow {
  id: string;
  type: string;
  data: string;
  created_at: Date;
}

export interface EventFilter {
  type?: string | undefined;
}

const COLUMNS = ['id', 'type', 'data', 'created_at'];

function eventsOf(tenant: TenantContext, filter: EventFilter) {
  const query = sql('events').where({ tenant_id: tenant.tenant_id, mode: tenant.mode });
  return filter.type === undefined ? query : query.where({ type: filter.type });
}

/** Newest first. Ids are UUIDv7, so their order is the order of creation. */
export function listEvents(
  executor: Executor,
  tenant: TenantContext,
  filter: EventFilter,
  page: CursorRequest,
): Promise<EventRow[]> {
  const query = eventsOf(tenant, filter).select(COLUMNS).orderBy('id', 'desc').limit(page.per_page);
  if (page.kind === 'cursor') query.where('id', '<', page.after_id);
  else query.offset((page.page - 1) * page.per_page);
  return executor.run<EventRow>(query);
}

export async function countEvents(executor: Executor, tenant: TenantContext, filter: EventFilter): Promise<number> {
  const [row] = await executor.run<{ total: number }>(eventsOf(tenant, filter).count({ total: '*' }));
  return row?.total ?? 0;
}

export async function findEvent(executor: Executor, tenant: TenantContext, id: string): Promise<EventRow | null> {
  const [row] = await executor.run<EventRow>(eventsOf(tenant, {}).where({ id }).select(COLUMNS));
  return row ?? null;
}
