import { cursorRequest } from '../../http/pagination.js';
import { accepted, ok, tenantRoute } from '../../http/route.js';
import { deliveryById, deliveryListQuery, deliverySchema, deliveryWithAttemptsSchema } from './schemas.js';
import type { DeliveryReplayer } from './replay.js';
import type { DeliveryService } from './service.js';

export function deliveryRoutes(deliveries: DeliveryService, replayer: DeliveryReplayer) {
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
        const { status, endpoint_id, event_id, event: event_type, error: last_error_code, since, until } = query;
        const filter = { status, endpoint_id, event_id, event_type, last_error_code, since, until };
        const { data, meta } = await deliveries.list(tenant, filter, cursorRequest(query));
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
    tenantRoute({
      ...common,
      method: 'post',
      path: '/deliveries/{id}/replay',
      operationId: 'replayDelivery',
      summary: 'Send an ended delivery once more',
      scope: 'webhooks:manage',
      params: deliveryById,
      success: {
        status: 202,
        description: 'The delivery, pending again: the same webhook-id, a new timestamp, and a new series of attempts.',
        schema: deliverySchema,
      },
      handle: async ({ tenant, params, request }) => accepted(await replayer.replay(tenant, params.id, request)),
    }),
  ];
}
