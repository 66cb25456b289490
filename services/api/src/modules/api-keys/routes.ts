import { idInput } from '@switchboard/shared';
import { z } from 'zod';
import { pageFields } from '../../http/pagination.js';
import { created, ok, platformRoute } from '../../http/route.js';
import { apiKeySchema, createdApiKeySchema, createKeyBody, keyById, rollKeyBody } from './schemas.js';
import type { ApiKeyService } from './service.js';

const HOUR_MS = 3_600_000;

export function apiKeyRoutes(keys: ApiKeyService) {
  const common = { tag: 'API keys' };
  return [
    platformRoute({
      ...common,
      method: 'post',
      path: '/keys',
      operationId: 'createApiKey',
      summary: 'Create an API key',
      body: createKeyBody,
      success: { status: 201, description: 'The key, shown once.', schema: createdApiKeySchema },
      handle: async ({ body, request }) => created(await keys.create(body, request)),
    }),
    platformRoute({
      ...common,
      method: 'get',
      path: '/keys',
      operationId: 'listApiKeys',
      summary: 'List a tenant’s API keys',
      query: z.strictObject({ ...pageFields, tenant_id: idInput('tenant') }),
      success: { status: 200, description: 'Keys, oldest first.', schema: apiKeySchema, list: true },
      handle: async ({ query }) => {
        const { data, meta } = await keys.list(query.tenant_id, query);
        return ok(data, meta);
      },
    }),
    platformRoute({
      ...common,
      method: 'post',
      path: '/keys/{id}/revoke',
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key, at once and for good',
      params: keyById,
      success: { status: 200, description: 'The key, now revoked.', schema: apiKeySchema },
      handle: async ({ params, request }) => ok(await keys.revoke(params.id, request)),
    }),
    platformRoute({
      ...common,
      method: 'post',
      path: '/keys/{id}/roll',
      operationId: 'rollApiKey',
      summary: 'Replace an API key; the old one works until the overlap ends',
      params: keyById,
      body: rollKeyBody,
      success: { status: 201, description: 'The new key, shown once.', schema: createdApiKeySchema },
      handle: async ({ params, body, request }) =>
        created(await keys.roll(params.id, body.overlap_hours * HOUR_MS, request)),
    }),
  ];
}
