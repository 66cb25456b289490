import { serviceSchema } from '@switchboard/shared';
import { withoutUndefined } from '../../http/changes.js';
import { scopeOf } from '../../http/platform-scope.js';
import { created, ok, platformRoute, tenantRoute } from '../../http/route.js';
import { createServiceBody, serviceById, serviceListQuery, updateServiceBody } from './schemas.js';
import type { ServiceService } from './service.js';

const common = { tag: 'Services' };

export function serviceRoutes(services: ServiceService) {
  return [
    tenantRoute({
      ...common,
      method: 'get',
      path: '/services',
      operationId: 'listServices',
      summary: 'List services',
      scope: 'services:read',
      query: serviceListQuery,
      success: { status: 200, description: 'Services, oldest first.', schema: serviceSchema, list: true },
      handle: async ({ tenant, query }) => {
        const { active, ...page } = query;
        const { data, meta } = await services.list(tenant, { active }, page);
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/services/{id}',
      operationId: 'getService',
      summary: 'Show a service',
      scope: 'services:read',
      params: serviceById,
      success: { status: 200, description: 'The service.', schema: serviceSchema },
      handle: async ({ tenant, params }) => ok(await services.show(tenant, params.id)),
    }),
  ];
}

export function platformServiceRoutes(services: ServiceService) {
  return [
    platformRoute({
      ...common,
      method: 'post',
      path: '/services',
      operationId: 'createService',
      summary: 'Add a service of a tenant',
      body: createServiceBody,
      success: { status: 201, description: 'The service.', schema: serviceSchema },
      handle: async ({ body }) => {
        const { tenant_id, mode, ...fields } = body;
        return created(await services.create(scopeOf({ tenant_id, mode }), fields));
      },
    }),
    platformRoute({
      ...common,
      method: 'patch',
      path: '/services/{id}',
      operationId: 'updateService',
      summary: 'Change a service of a tenant',
      params: serviceById,
      body: updateServiceBody,
      success: { status: 200, description: 'The service after the change.', schema: serviceSchema },
      handle: async ({ params, body }) => {
        const { tenant_id, mode, ...changes } = body;
        return ok(await services.update(scopeOf({ tenant_id, mode }), params.id, withoutUndefined(changes)));
      },
    }),
  ];
}
