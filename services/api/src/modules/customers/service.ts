import type { Database } from '@switchboard/db';
import { newUuid, notFound, toPublicId, type CustomerView, type ListMeta } from '@switchboard/shared';
import { requireMatch } from '../../http/etag.js';
import type { PageRequest } from '../../http/pagination.js';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Commit, Committer } from '../../publishing/committer.js';
import {
  findCustomer,
  insertCustomer,
  listCustomers,
  lockCustomer,
  updateCustomer,
  type CustomerFilter,
  type CustomerRow,
} from './repository.js';

export interface CustomerInput {
  name?: string | undefined;
  phone?: string | null | undefined;
  email?: string | null | undefined;
  notes?: string | null | undefined;
}

export type CustomerService = ReturnType<typeof createCustomerService>;

export function createCustomerService({ database, commit }: { database: Database; commit: Committer }) {
  return {
    async list(
      tenant: TenantScope,
      filter: CustomerFilter,
      page: PageRequest,
    ): Promise<{ data: CustomerView[]; meta: ListMeta }> {
      const { rows, meta } = await listCustomers(database, tenant, filter, page);
      return { data: rows.map(toCustomerView), meta };
    },

    create: (
      tenant: TenantScope,
      input: CustomerInput & { name: string },
      request: RequestInfo,
    ): Promise<CustomerView> => commit(request, (work) => addCustomer(work, tenant, input)),

    async show(tenant: TenantScope, id: string): Promise<CustomerView> {
      const row = await findCustomer(database, tenant, id);
      if (!row) throw notFound();
      return toCustomerView(row);
    },

    update: (tenant: TenantScope, id: string, input: CustomerInput, request: RequestInfo): Promise<CustomerView> =>
      commit(request, async ({ transaction, emit }) => {
        const before = await lockCustomer(transaction, tenant, id);
        if (!before) throw notFound();
        requireMatch(request.if_match, toCustomerView(before));
        const changes = Object.fromEntries(
          Object.entries(input).filter(
            ([name, value]) => value !== undefined && value !== before[name as keyof CustomerInput],
          ),
        );
        if (Object.keys(changes).length === 0) return toCustomerView(before);
        const data = toCustomerView(await updateCustomer(transaction, tenant, id, changes));
        emit(tenant, 'customer.updated', data);
        return data;
      }),
  };
}

/** Adds a customer with its event; booking an appointment does so too, for somebody new. */
export async function addCustomer(
  { transaction, emit }: Commit,
  tenant: TenantScope,
  { name, phone = null, email = null, notes = null }: CustomerInput & { name: string },
): Promise<CustomerView> {
  const data = toCustomerView(await insertCustomer(transaction, tenant, { id: newUuid(), name, phone, email, notes }));
  emit(tenant, 'customer.created', data);
  return data;
}

function toCustomerView(row: CustomerRow): CustomerView {
  return {
    id: toPublicId('customer', row.id),
    name: row.name,
    phone: row.phone,
    email: row.email,
    notes: row.notes,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
