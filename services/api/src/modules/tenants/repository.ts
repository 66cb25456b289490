import { sql, type Executor } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listPage, OLDEST_FIRST } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';

export interface TenantRow {
  id: string;
  name: string;
  plan_id: string;
  created_at: Date;
}

const COLUMNS = ['id', 'name', 'plan_id', 'created_at'];

export async function insertTenant(
  executor: Executor,
  tenant: { id: string; name: string; plan_id: string },
): Promise<TenantRow> {
  const [row] = await executor.run<TenantRow>(sql('tenants').insert(tenant).returning(COLUMNS));
  return row as TenantRow;
}

export async function findTenant(executor: Executor, id: string): Promise<TenantRow | null> {
  const [row] = await executor.run<TenantRow>(sql('tenants').where({ id }).select(COLUMNS));
  return row ?? null;
}

export async function updateTenant(
  executor: Executor,
  id: string,
  changes: { name?: string; plan_id?: string },
): Promise<TenantRow | null> {
  const [row] = await executor.run<TenantRow>(
    sql('tenants')
      .where({ id })
      .update({ ...changes, updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row ?? null;
}

export function listTenants(executor: Executor, page: PageRequest): Promise<{ rows: TenantRow[]; meta: ListMeta }> {
  return listPage<TenantRow>(executor, () => sql('tenants'), { columns: COLUMNS, order: OLDEST_FIRST, page });
}

/** Which of these tenants exist. */
export async function existingTenants(executor: Executor, ids: readonly string[]): Promise<Set<string>> {
  const rows = await executor.query<{ id: string }>({
    name: 'existing-tenants',
    text: 'SELECT id FROM tenants WHERE id = ANY ($1::uuid[])',
    values: [ids],
  });
  return new Set(rows.map((row) => row.id));
}
