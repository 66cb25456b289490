import { cursorRequest } from '../../http/pagination.js';
import { ok, tenantRoute } from '../../http/route.js';
import { deliveryById, deliveryListQuery, deliverySchema, deliveryWithAttemptsSchema } from './schemas.js';
import type { DeliveryService } from './service.js';

export function deliveryRoutes(deliveries: DeliveryService) {
  const common = { tag: 'Deliveries', scope: 'webhooks:read' } as const;
  return [
    tenantRoute({
      ...common,
      method: 'get',
      path: '/deliveries',
      operationId: 'listDeliveries',
      summary: 'List deliveries',
      query: deliveryListQuery,
      success: { status: 200, description: 'Deliveries, newest first.', schema: deliverySchema, list: true },
      handle: async ({ tenant, query }) => {
        const { status, endpoint_id, event_id, event: event_type } = query;
        const { data, meta } = await deliveries.list(
          tenant,
          { status, endpoint_id, event_id, event_type },
          cursorRequest(query),
        );
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/deliveries/{id}',
      operationId: 'getDelivery',
      summary: 'Show a delivery with its attempts',
      params: deliveryById,
      success: { status: 200, description: 'The delivery and every attempt.', schema: deliveryWithAttemptsSchema },
      handle: async ({ tenant, params }) => ok(await deliveries.show(tenant, params.id)),
    }),
  ];
}
