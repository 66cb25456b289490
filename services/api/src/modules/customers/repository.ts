import { sql, type Executor, type Query } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listPage, OLDEST_FIRST } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface CustomerRow {
  id: string;
  name: string;
  phone: string | null;
  email: string | null;
  notes: string | null;
  created_at: Date;
  updated_at: Date;
}

export type CustomerFields = Pick<CustomerRow, 'name' | 'phone' | 'email' | 'notes'>;

export interface CustomerFilter {
  search?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
}

const COLUMNS = ['id', 'name', 'phone', 'email', 'notes', 'created_at', 'updated_at'];

function customersOf(tenant: TenantScope) {
  return sql('customers').where({ tenant_id: tenant.tenant_id, mode: tenant.mode });
}

export async function insertCustomer(
  executor: Executor,
  tenant: TenantScope,
  customer: CustomerFields & { id: string },
): Promise<CustomerRow> {
  const { tenant_id, mode } = tenant;
  const [row] = await executor.run<CustomerRow>(
    sql('customers')
      .insert({ ...customer, tenant_id, mode })
      .returning(COLUMNS),
  );
  return row as CustomerRow;
}

export async function findCustomer(executor: Executor, tenant: TenantScope, id: string): Promise<CustomerRow | null> {
  const [row] = await executor.run<CustomerRow>(customersOf(tenant).where({ id }).select(COLUMNS));
  return row ?? null;
}

/** Holds the row until the transaction ends, so that two changes come one after the other. */
export async function lockCustomer(
  transaction: Executor,
  tenant: TenantScope,
  id: string,
): Promise<CustomerRow | null> {
  const [row] = await transaction.run<CustomerRow>(customersOf(tenant).where({ id }).select(COLUMNS).forUpdate());
  return row ?? null;
}

export async function updateCustomer(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  changes: Partial<CustomerFields>,
): Promise<CustomerRow> {
  const [row] = await executor.run<CustomerRow>(
    customersOf(tenant)
      .where({ id })
      .update({ ...changes, updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row as CustomerRow;
}

export function listCustomers(
  executor: Executor,
  tenant: TenantScope,
  filter: CustomerFilter,
  page: PageRequest,
): Promise<{ rows: CustomerRow[]; meta: ListMeta }> {
  const query = () => {
    const customers = customersOf(tenant);
    if (filter.phone !== undefined) customers.where({ phone: filter.phone });
    if (filter.email !== undefined) customers.whereRaw('lower(email) = lower(?)', [filter.email]);
    if (filter.search !== undefined) customers.where((any) => searched(any, filter.search ?? ''));
    return customers;
  };
  return listPage<CustomerRow>(executor, query, { columns: COLUMNS, order: OLDEST_FIRST, page });
}

/** Anywhere in name, phone or e-mail. A tenant's customers are thousands, not millions: its index is narrow enough. */
function searched(query: Query, text: string): void {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  query.whereILike('name', pattern).orWhereILike('phone', pattern).orWhereILike('email', pattern);
}
