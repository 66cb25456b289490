import type { Database } from '@switchboard/db';
import { newUuid, notFound, toPublicId, validationFailed, type ListMeta } from '@switchboard/shared';
import type { PageRequest } from '../../http/pagination.js';
import { listPlans } from '../plans/repository.js';
import { findTenant, insertTenant, listTenants, updateTenant, type TenantRow } from './repository.js';

export interface TenantView {
  id: string;
  name: string;
  plan: string;
  created_at: string;
}

export type TenantService = ReturnType<typeof createTenantService>;

export function createTenantService({ database }: { database: Database }) {
  const requirePlan = async (plan: string) => {
    const plans = (await listPlans(database)).map(({ id }) => id);
    if (!plans.includes(plan))
      throw validationFailed([{ path: 'plan', message: `must be one of ${plans.join(', ')}` }]);
  };
  return {
    async create(input: { name: string; plan: string }): Promise<TenantView> {
      await requirePlan(input.plan);
      return toView(await insertTenant(database, { id: newUuid(), name: input.name, plan_id: input.plan }));
    },

    async list(page: PageRequest): Promise<{ data: TenantView[]; meta: ListMeta }> {
      const { rows, meta } = await listTenants(database, page);
      return { data: rows.map(toView), meta };
    },

    async show(id: string): Promise<TenantView> {
      const row = await findTenant(database, id);
      if (!row) throw notFound();
      return toView(row);
    },

    /** A change of plan applies to the tenant's next request. */
    async update(id: string, input: { name?: string | undefined; plan?: string | undefined }): Promise<TenantView> {
      if (input.plan !== undefined) await requirePlan(input.plan);
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.plan !== undefined && { plan_id: input.plan }),
      };
      const row = await updateTenant(database, id, changes);
      if (!row) throw notFound();
      return toView(row);
    },
  };
}

function toView(row: TenantRow): TenantView {
  return {
    id: toPublicId('tenant', row.id),
    name: row.name,
    plan: row.plan_id,
    created_at: row.created_at.toISOString(),
  };
}
