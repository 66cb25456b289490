import { idOutput, text, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { pageFields } from '../../http/pagination.js';
import { created, ok, platformRoute } from '../../http/route.js';
import type { TenantService } from './service.js';

const tenantSchema = z.object({ id: idOutput('tenant'), name: z.string(), plan: z.string(), created_at: timeOutput() });

export function tenantRoutes(tenants: TenantService) {
  const common = { tag: 'Tenants' };
  return [
    platformRoute({
      ...common,
      method: 'post',
      path: '/tenants',
      operationId: 'createTenant',
      summary: 'Create a tenant',
      body: z.strictObject({ name: text(1, 200), plan: text(1, 50) }),
      success: { status: 201, description: 'The tenant.', schema: tenantSchema },
      handle: async ({ body }) => created(await tenants.create(body)),
    }),
    platformRoute({
      ...common,
      method: 'get',
      path: '/tenants',
      operationId: 'listTenants',
      summary: 'List tenants',
      query: z.strictObject(pageFields),
      success: { status: 200, description: 'Tenants, oldest first.', schema: tenantSchema, list: true },
      handle: async ({ query }) => {
        const { data, meta } = await tenants.list(query);
        return ok(data, meta);
      },
    }),
  ];
}
