import { sql, type Executor } from '@switchboard/db';
import type { TenantContext } from '../../http/route.js';

export interface NewCustomer {
  id: string;
  name: string;
  phone: string | null;
  email: string | null;
}

export async function insertCustomer(executor: Executor, tenant: TenantContext, customer: NewCustomer): Promise<void> {
  await executor.run(sql('customers').insert({ ...customer, tenant_id: tenant.tenant_id, mode: tenant.mode }));
}

export async function customerExists(executor: Executor, tenant: TenantContext, id: string): Promise<boolean> {
  const rows = await executor.run(
    sql('customers').where({ tenant_id: tenant.tenant_id, mode: tenant.mode, id }).select('id'),
  );
  return rows.length > 0;
}
