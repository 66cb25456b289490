import { idOutput, toPublicId } from '@switchboard/shared';
import { z } from 'zod';
import { pageFields } from '../../http/pagination.js';
import { created, ok, tenantRoute } from '../../http/route.js';
import {
  createdEndpointSchema,
  createEndpointBody,
  endpointById,
  endpointSchema,
  rotateSecretBody,
  sentTestSchema,
  testEndpointBody,
  updateEndpointBody,
} from './schemas.js';
import type { EndpointService } from './service.js';
import type { TestSender } from './test-send.js';

export function endpointRoutes(endpoints: EndpointService, tests: TestSender) {
  const common = { tag: 'Webhook endpoints' };
  return [
    tenantRoute({
      ...common,
      method: 'post',
      path: '/webhook-endpoints',
      operationId: 'createWebhookEndpoint',
      summary: 'Subscribe a URL to events',
      scope: 'webhooks:manage',
      body: createEndpointBody,
      success: { status: 201, description: 'The endpoint with its secret.', schema: createdEndpointSchema },
      handle: async ({ tenant, body, request }) => created(await endpoints.create(tenant, body, request)),
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/webhook-endpoints',
      operationId: 'listWebhookEndpoints',
      summary: 'List webhook endpoints',
      scope: 'webhooks:read',
      query: z.strictObject(pageFields),
      success: { status: 200, description: 'Endpoints, oldest first.', schema: endpointSchema, list: true },
      handle: async ({ tenant, query }) => {
        const { data, meta } = await endpoints.list(tenant, query);
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/webhook-endpoints/{id}',
      operationId: 'getWebhookEndpoint',
      summary: 'Show a webhook endpoint',
      scope: 'webhooks:read',
      params: endpointById,
      success: { status: 200, description: 'The endpoint.', schema: endpointSchema },
      handle: async ({ tenant, params }) => ok(await endpoints.show(tenant, params.id)),
    }),
    tenantRoute({
      ...common,
      method: 'patch',
      path: '/webhook-endpoints/{id}',
      operationId: 'updateWebhookEndpoint',
      summary: 'Change a webhook endpoint',
      scope: 'webhooks:manage',
      params: endpointById,
      body: updateEndpointBody,
      success: { status: 200, description: 'The endpoint after the change.', schema: endpointSchema },
      handle: async ({ tenant, params, body, request }) => ok(await endpoints.update(tenant, params.id, body, request)),
    }),
    tenantRoute({
      ...common,
      method: 'delete',
      path: '/webhook-endpoints/{id}',
      operationId: 'deleteWebhookEndpoint',
      summary: 'Delete a webhook endpoint',
      scope: 'webhooks:manage',
      params: endpointById,
      success: {
        status: 200,
        description: 'It is gone; what was pending for it is cancelled.',
        schema: z.object({ id: idOutput('endpoint'), deleted: z.literal(true) }),
      },
      handle: async ({ tenant, params, request }) => {
        await endpoints.delete(tenant, params.id, request);
        return ok({ id: toPublicId('endpoint', params.id), deleted: true });
      },
    }),
    tenantRoute({
      ...common,
      method: 'post',
      path: '/webhook-endpoints/{id}/rotate-secret',
      operationId: 'rotateWebhookEndpointSecret',
      summary: 'Give a webhook endpoint a new signing secret',
      scope: 'webhooks:manage',
      params: endpointById,
      body: rotateSecretBody,
      success: { status: 200, description: 'The endpoint with its new secret.', schema: createdEndpointSchema },
      handle: async ({ tenant, params, body, request }) =>
        ok(await endpoints.rotateSecret(tenant, params.id, body.overlap_hours, request)),
    }),
    tenantRoute({
      ...common,
      method: 'post',
      path: '/webhook-endpoints/{id}/test',
      operationId: 'testWebhookEndpoint',
      summary: 'Send an example event to a webhook endpoint',
      scope: 'webhooks:manage',
      params: endpointById,
      body: testEndpointBody,
      success: {
        status: 200,
        description: 'What was sent and what came back. It is tried once, and sent to this endpoint alone.',
        schema: sentTestSchema,
      },
      handle: async ({ tenant, params, body, request }) => ok(await tests.send(tenant, params.id, body.event, request)),
    }),
  ];
}
