import { sql, type Executor } from '@switchboard/db';
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

export async function listTenants(
  executor: Executor,
  page: PageRequest,
): Promise<{ rows: TenantRow[]; total: number }> {
  const [rows, [count]] = await Promise.all([
    executor.run<TenantRow>(
      sql('tenants')
        .select(COLUMNS)
        .orderBy(['created_at', 'id'])
        .limit(page.per_page)
        .offset((page.page - 1) * page.per_page),
    ),
    executor.run<{ total: number }>(sql('tenants').count({ total: '*' })),
  ]);
  return { rows, total: count?.total ?? 0 };
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

export async function listPlanIds(executor: Executor): Promise<string[]> {
  const rows = await executor.run<{ id: string }>(sql('plans').select('id').orderBy('rank'));
  return rows.map((row) => row.id);
}
