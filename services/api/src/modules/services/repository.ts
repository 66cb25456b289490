import { sql, type Executor } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listPage, OLDEST_FIRST } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface ServiceRow {
  id: string;
  name: string;
  description: string | null;
  duration_minutes: number;
  buffer_minutes: number;
  price_amount: number;
  currency: string;
  active: boolean;
  created_at: Date;
  updated_at: Date;
}

export type ServiceFields = Omit<ServiceRow, 'id' | 'created_at' | 'updated_at'>;

const COLUMNS = [
  'id',
  'name',
  'description',
  'duration_minutes',
  'buffer_minutes',
  'price_amount',
  'currency',
  'active',
  'created_at',
  'updated_at',
];

function servicesOf(tenant: TenantScope) {
  return sql('services').where({ tenant_id: tenant.tenant_id, mode: tenant.mode });
}

export async function insertService(
  executor: Executor,
  tenant: TenantScope,
  service: ServiceFields & { id: string },
): Promise<ServiceRow> {
  const { tenant_id, mode } = tenant;
  const [row] = await executor.run<ServiceRow>(
    sql('services')
      .insert({ ...service, tenant_id, mode })
      .returning(COLUMNS),
  );
  return row as ServiceRow;
}

export async function findService(executor: Executor, tenant: TenantScope, id: string): Promise<ServiceRow | null> {
  const [row] = await executor.run<ServiceRow>(servicesOf(tenant).where({ id }).select(COLUMNS));
  return row ?? null;
}

/** Which of these services the tenant has. */
export async function existingServices(
  executor: Executor,
  tenant: TenantScope,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await executor.run<{ id: string }>(
    servicesOf(tenant)
      .whereIn('id', [...ids])
      .select('id'),
  );
  return new Set(rows.map((row) => row.id));
}

export async function updateService(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  changes: Partial<ServiceFields>,
): Promise<ServiceRow | null> {
  const [row] = await executor.run<ServiceRow>(
    servicesOf(tenant)
      .where({ id })
      .update({ ...changes, updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row ?? null;
}

export function listServices(
  executor: Executor,
  tenant: TenantScope,
  filter: { active?: boolean | undefined },
  page: PageRequest,
): Promise<{ rows: ServiceRow[]; meta: ListMeta }> {
  const query = () =>
    filter.active === undefined ? servicesOf(tenant) : servicesOf(tenant).where({ active: filter.active });
  return listPage<ServiceRow>(executor, query, { columns: COLUMNS, order: OLDEST_FIRST, page });
}
