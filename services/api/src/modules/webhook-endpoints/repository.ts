import { sql, type Executor } from '@switchboard/db';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantContext } from '../../http/route.js';

export interface EndpointRow {
  id: string;
  url: string;
  description: string;
  event_types: string[];
  enabled: boolean;
  headers_sealed: Buffer | null;
  max_attempts: number | null;
  timeout_ms: number | null;
  created_at: Date;
  updated_at: Date;
}

export type EndpointChanges = Partial<Omit<EndpointRow, 'id' | 'created_at' | 'updated_at'>>;

const COLUMNS = [
  'id',
  'url',
  'description',
  'event_types',
  'enabled',
  'headers_sealed',
  'max_attempts',
  'timeout_ms',
  'created_at',
  'updated_at',
];

/** A tenant's endpoints that are not deleted: every query below starts here. */
function endpointsOf(tenant: TenantContext) {
  return sql('webhook_endpoints').where({ tenant_id: tenant.tenant_id, mode: tenant.mode }).whereNull('deleted_at');
}

export async function insertEndpoint(
  executor: Executor,
  tenant: TenantContext,
  endpoint: EndpointChanges & { id: string; secret_sealed: Buffer },
): Promise<EndpointRow> {
  const { tenant_id, mode } = tenant;
  const [row] = await executor.run<EndpointRow>(
    sql('webhook_endpoints')
      .insert({ ...endpoint, tenant_id, mode })
      .returning(COLUMNS),
  );
  return row as EndpointRow;
}

export async function findEndpoint(executor: Executor, tenant: TenantContext, id: string): Promise<EndpointRow | null> {
  const [row] = await executor.run<EndpointRow>(endpointsOf(tenant).where({ id }).select(COLUMNS));
  return row ?? null;
}

export async function listEndpoints(
  executor: Executor,
  tenant: TenantContext,
  page: PageRequest,
): Promise<{ rows: EndpointRow[]; total: number }> {
  const [rows, [count]] = await Promise.all([
    executor.run<EndpointRow>(
      endpointsOf(tenant)
        .select(COLUMNS)
        .orderBy(['created_at', 'id'])
        .limit(page.per_page)
        .offset((page.page - 1) * page.per_page),
    ),
    executor.run<{ total: number }>(endpointsOf(tenant).count({ total: '*' })),
  ]);
  return { rows, total: count?.total ?? 0 };
}

export async function updateEndpoint(
  executor: Executor,
  tenant: TenantContext,
  id: string,
  changes: EndpointChanges,
): Promise<EndpointRow | null> {
  const [row] = await executor.run<EndpointRow>(
    endpointsOf(tenant)
      .where({ id })
      .update({ ...changes, updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row ?? null;
}

/** Takes it out of sight and out of the fan-out; what is still pending for it is cancelled when it comes due. */
export async function deleteEndpoint(executor: Executor, tenant: TenantContext, id: string): Promise<boolean> {
  const rows = await executor.run(
    endpointsOf(tenant).where({ id }).update({ deleted_at: sql.fn.now(), updated_at: sql.fn.now() }).returning('id'),
  );
  return rows.length > 0;
}
