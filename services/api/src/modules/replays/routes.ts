import { cursorRequest } from '../../http/pagination.js';
import { accepted, ok, tenantRoute } from '../../http/route.js';
import {
  createReplayBody,
  recoveredEndpointById,
  recoverEndpointBody,
  replayById,
  replayListQuery,
  replaySchema,
  replayWithResultSchema,
} from './schemas.js';
import type { ReplayService } from './service.js';

export function replayRoutes(replays: ReplayService) {
  const common = { tag: 'Replays' };
  return [
    tenantRoute({
      ...common,
      method: 'post',
      path: '/replays',
      operationId: 'createReplay',
      summary: 'Send many ended deliveries once more',
      scope: 'webhooks:manage',
      body: createReplayBody,
      success: { status: 202, description: 'The replay, which runs by itself.', schema: replayWithResultSchema },
      handle: async ({ tenant, body, request }) => {
        const { endpoint_id, status: statuses, event: event_type, error: error_code, since, until } = body;
        const asked = { endpoint_id, statuses, event_type, error_code, since, until };
        return accepted(await replays.create(tenant, asked, request));
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/replays',
      operationId: 'listReplays',
      summary: 'List replays',
      scope: 'webhooks:read',
      query: replayListQuery,
      success: { status: 200, description: 'Replays, newest first.', schema: replaySchema, list: true },
      handle: async ({ tenant, query }) => {
        const { data, meta } = await replays.list(tenant, { status: query.status }, cursorRequest(query));
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/replays/{id}',
      operationId: 'getReplay',
      summary: 'Show how far a replay is',
      scope: 'webhooks:read',
      params: replayById,
      success: { status: 200, description: 'Its progress and its result so far.', schema: replayWithResultSchema },
      handle: async ({ tenant, params }) => ok(await replays.show(tenant, params.id)),
    }),
    tenantRoute({
      ...common,
      method: 'post',
      path: '/replays/{id}/cancel',
      operationId: 'cancelReplay',
      summary: 'Stop a replay where it stands',
      scope: 'webhooks:manage',
      params: replayById,
      success: {
        status: 200,
        description: 'It sets nothing more going; what it has set going already goes on.',
        schema: replayWithResultSchema,
      },
      handle: async ({ tenant, params, request }) => ok(await replays.cancel(tenant, params.id, request)),
    }),
    tenantRoute({
      ...common,
      method: 'post',
      path: '/webhook-endpoints/{id}/recover',
      operationId: 'recoverWebhookEndpoint',
      summary: 'Send a webhook endpoint everything that it has missed since a time',
      scope: 'webhooks:manage',
      params: recoveredEndpointById,
      body: recoverEndpointBody,
      success: {
        status: 202,
        description: 'A replay of everything of this endpoint that is dead or cancelled.',
        schema: replayWithResultSchema,
      },
      handle: async ({ tenant, params, body, request }) =>
        accepted(await replays.recover(tenant, params.id, body.since, request)),
    }),
  ];
}
