import { sql, type Executor } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listPage, OLDEST_FIRST } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

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
function endpointsOf(tenant: TenantScope) {
  return sql('webhook_endpoints').where({ tenant_id: tenant.tenant_id, mode: tenant.mode }).whereNull('deleted_at');
}

export async function insertEndpoint(
  executor: Executor,
  tenant: TenantScope,
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

export async function findEndpoint(executor: Executor, tenant: TenantScope, id: string): Promise<EndpointRow | null> {
  const [row] = await executor.run<EndpointRow>(endpointsOf(tenant).where({ id }).select(COLUMNS));
  return row ?? null;
}

export function listEndpoints(
  executor: Executor,
  tenant: TenantScope,
  page: PageRequest,
): Promise<{ rows: EndpointRow[]; meta: ListMeta }> {
  return listPage<EndpointRow>(executor, () => endpointsOf(tenant), { columns: COLUMNS, order: OLDEST_FIRST, page });
}

/** Holds the row until the transaction ends, so that two changes come one after the other. */
export async function lockEndpoint(
  transaction: Executor,
  tenant: TenantScope,
  id: string,
): Promise<EndpointRow | null> {
  const [row] = await transaction.run<EndpointRow>(endpointsOf(tenant).where({ id }).select(COLUMNS).forUpdate());
  return row ?? null;
}

export async function updateEndpoint(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  changes: EndpointChanges,
): Promise<EndpointRow> {
  const [row] = await executor.run<EndpointRow>(
    endpointsOf(tenant)
      .where({ id })
      .update({ ...changes, updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row as EndpointRow;
}

/** Takes it out of sight and out of the fan-out; what is still pending for it is cancelled when it comes due. */
export async function deleteEndpoint(executor: Executor, tenant: TenantScope, id: string): Promise<boolean> {
  const rows = await executor.run(
    endpointsOf(tenant).where({ id }).update({ deleted_at: sql.fn.now(), updated_at: sql.fn.now() }).returning('id'),
  );
  return rows.length > 0;
}
