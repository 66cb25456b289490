import { sql, type Executor } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listByCursor } from '../../http/list-query.js';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface EventRow {
  id: string;
  type: string;
  data: string;
  created_at: Date;
  is_test: boolean;
}

export interface EventFilter {
  type?: string | undefined;
}

const COLUMNS = ['id', 'type', 'data', 'created_at', 'is_test'];

function eventsOf(tenant: TenantScope, filter: EventFilter) {
  const query = sql('events').where({ tenant_id: tenant.tenant_id, mode: tenant.mode });
  return filter.type === undefined ? query : query.where({ type: filter.type });
}

export function listEvents(
  executor: Executor,
  tenant: TenantScope,
  filter: EventFilter,
  page: CursorRequest,
): Promise<{ rows: EventRow[]; meta: ListMeta }> {
  return listByCursor<EventRow>(executor, () => eventsOf(tenant, filter), { columns: COLUMNS, page });
}

export async function findEvent(executor: Executor, tenant: TenantScope, id: string): Promise<EventRow | null> {
  const [row] = await executor.run<EventRow>(eventsOf(tenant, {}).where({ id }).select(COLUMNS));
  return row ?? null;
}
