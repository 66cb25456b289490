import type { Database } from '@switchboard/db';
import { newUuid, notFound, toPublicId, type ListMeta, type ServiceView } from '@switchboard/shared';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';
import { requireTenant } from '../tenants/require-tenant.js';
import {
  findService,
  insertService,
  listServices,
  updateService,
  type ServiceFields,
  type ServiceRow,
} from './repository.js';

export type ServiceInput = Partial<Omit<ServiceFields, 'price_amount'> & { price: number }>;

export type ServiceService = ReturnType<typeof createServiceService>;

/** What customers book. Written by the platform's own systems, read by tenants. */
export function createServiceService({ database }: { database: Database }) {
  return {
    async list(
      tenant: TenantScope,
      filter: { active?: boolean | undefined },
      page: PageRequest,
    ): Promise<{ data: ServiceView[]; meta: ListMeta }> {
      const { rows, meta } = await listServices(database, tenant, filter, page);
      return { data: rows.map(toView), meta };
    },

    async show(tenant: TenantScope, id: string): Promise<ServiceView> {
      const row = await findService(database, tenant, id);
      if (!row) throw notFound();
      return toView(row);
    },

    async create(
      tenant: TenantScope,
      input: Omit<ServiceFields, 'price_amount'> & { price: number },
    ): Promise<ServiceView> {
      await requireTenant(database, tenant.tenant_id);
      const { price, ...fields } = input;
      return toView(await insertService(database, tenant, { ...fields, price_amount: price, id: newUuid() }));
    },

    async update(tenant: TenantScope, id: string, input: ServiceInput): Promise<ServiceView> {
      const { price, ...fields } = input;
      const row = await updateService(database, tenant, id, {
        ...fields,
        ...(price !== undefined && { price_amount: price }),
      });
      if (!row) throw notFound();
      return toView(row);
    },
  };
}

function toView(row: ServiceRow): ServiceView {
  const { id, price_amount, created_at, updated_at, ...rest } = row;
  return {
    ...rest,
    id: toPublicId('service', id),
    price: price_amount,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
