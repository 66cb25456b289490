import { idInput, idOutput, text, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { pageFields } from '../../http/pagination.js';
import { created, ok, platformRoute } from '../../http/route.js';
import type { TenantService } from './service.js';

const tenantSchema = z.object({ id: idOutput('tenant'), name: z.string(), plan: z.string(), created_at: timeOutput() });

const tenantBody = z.strictObject({ name: text(1, 200), plan: text(1, 50) });
const tenantById = z.strictObject({ id: idInput('tenant') });

export function tenantRoutes(tenants: TenantService) {
  const common = { tag: 'Tenants' };
  return [
    platformRoute({
      ...common,
      method: 'post',
      path: '/tenants',
      operationId: 'createTenant',
      summary: 'Create a tenant',
      body: tenantBody,
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
    platformRoute({
      ...common,
      method: 'get',
      path: '/tenants/{id}',
      operationId: 'getTenant',
      summary: 'Show a tenant',
      params: tenantById,
      success: { status: 200, description: 'The tenant.', schema: tenantSchema },
      handle: async ({ params }) => ok(await tenants.show(params.id)),
    }),
    platformRoute({
      ...common,
      method: 'patch',
      path: '/tenants/{id}',
      operationId: 'updateTenant',
      summary: 'Rename a tenant or move it to another plan',
      params: tenantById,
      body: tenantBody.partial().refine((body) => Object.keys(body).length > 0, 'change at least one field'),
      success: { status: 200, description: 'The tenant after the change.', schema: tenantSchema },
      handle: async ({ params, body }) => ok(await tenants.update(params.id, body)),
    }),
  ];
}
