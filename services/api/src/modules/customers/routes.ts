import { customerSchema } from '@switchboard/shared';
import { created, ok, tenantRoute } from '../../http/route.js';
import { createCustomerBody, customerById, customerListQuery, updateCustomerBody } from './schemas.js';
import type { CustomerService } from './service.js';

export function customerRoutes(customers: CustomerService) {
  const common = { tag: 'Customers' };
  return [
    tenantRoute({
      ...common,
      method: 'get',
      path: '/customers',
      operationId: 'listCustomers',
      summary: 'List and search customers',
      scope: 'customers:read',
      query: customerListQuery,
      success: { status: 200, description: 'Customers, oldest first.', schema: customerSchema, list: true },
      handle: async ({ tenant, query }) => {
        const { page, per_page, ...filter } = query;
        const { data, meta } = await customers.list(tenant, filter, { page, per_page });
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'post',
      path: '/customers',
      operationId: 'createCustomer',
      summary: 'Add a customer',
      scope: 'customers:write',
      body: createCustomerBody,
      success: { status: 201, description: 'The customer.', schema: customerSchema },
      handle: async ({ tenant, body, request }) => created(await customers.create(tenant, body, request)),
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/customers/{id}',
      operationId: 'getCustomer',
      summary: 'Show a customer',
      scope: 'customers:read',
      params: customerById,
      success: { status: 200, description: 'The customer.', schema: customerSchema },
      handle: async ({ tenant, params }) => ok(await customers.show(tenant, params.id)),
    }),
    tenantRoute({
      ...common,
      method: 'patch',
      path: '/customers/{id}',
      operationId: 'updateCustomer',
      summary: 'Change a customer',
      scope: 'customers:write',
      params: customerById,
      body: updateCustomerBody,
      success: { status: 200, description: 'The customer after the change.', schema: customerSchema },
      handle: async ({ tenant, params, body, request }) => ok(await customers.update(tenant, params.id, body, request)),
    }),
  ];
}
