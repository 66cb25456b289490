import type { Database } from '@switchboard/db';
import { newUuid, toPublicId, validationFailed, type ListMeta } from '@switchboard/shared';
import { pageMeta, type PageRequest } from '../../http/pagination.js';
import { insertTenant, listPlanIds, listTenants, type TenantRow } from './repository.js';

export interface TenantView {
  id: string;
  name: string;
  plan: string;
  created_at: string;
}

export type TenantService = ReturnType<typeof createTenantService>;

export function createTenantService({ database }: { database: Database }) {
  return {
    async create(input: { name: string; plan: string }): Promise<TenantView> {
      const plans = await listPlanIds(database);
      if (!plans.includes(input.plan)) {
        throw validationFailed([{ path: 'plan', message: `must be one of ${plans.join(', ')}` }]);
      }
      return toView(await insertTenant(database, { id: newUuid(), name: input.name, plan_id: input.plan }));
    },

    async list(page: PageRequest): Promise<{ data: TenantView[]; meta: ListMeta }> {
      const { rows, total } = await listTenants(database, page);
      return { data: rows.map(toView), meta: pageMeta(page, total) };
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
