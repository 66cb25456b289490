import { toPublicId } from '@switchboard/shared';
import { z } from 'zod';
import { requireAbility } from '../../http/ability.js';
import { NEWEST_FIRST } from '../../http/list-query.js';
import { pageFields } from '../../http/pagination.js';
import {
  created,
  ok,
  portalRoute,
  type PortalSession,
  type RequestInfo,
  type TenantContext,
} from '../../http/route.js';
import type { KeyChanger } from './audit.js';
import { apiKeySchema, createdApiKeySchema, createOwnKeyBody, keyById, rollKeyBody } from './schemas.js';
import type { ApiKeyService } from './service.js';

const HOUR_MS = 3_600_000;

const deletedKeySchema = z.object({ id: apiKeySchema.shape.id, deleted: z.literal(true) });

/** A tenant's keys in people's hands. Who manages live keys manages test keys too, so that is what each route asks for first. */
export function portalKeyRoutes(keys: ApiKeyService) {
  return [...listingAndMaking(keys), ...ending(keys)];
}

const common = { tag: 'API keys', ability: 'keys:manage_test' } as const;

function listingAndMaking(keys: ApiKeyService) {
  return [
    portalRoute({
      ...common,
      method: 'get',
      path: '/keys',
      operationId: 'portalListKeys',
      summary: 'List the tenant’s API keys, of both modes',
      ability: 'view',
      query: z.strictObject(pageFields),
      success: { status: 200, description: 'Keys, newest first.', schema: apiKeySchema, list: true },
      handle: async ({ tenant, query }) => {
        const { data, meta } = await keys.list(tenant.tenant_id, query, NEWEST_FIRST);
        return ok(data, meta);
      },
    }),
    portalRoute({
      ...common,
      method: 'post',
      path: '/keys',
      operationId: 'portalCreateKey',
      summary: 'Create an API key',
      body: createOwnKeyBody,
      success: { status: 201, description: 'The key, shown once.', schema: createdApiKeySchema },
      handle: async ({ body, ...who }) =>
        created(await keys.create({ ...body, tenant_id: who.tenant.tenant_id }, changerOf(who))),
    }),
  ];
}

function ending(keys: ApiKeyService) {
  return [
    portalRoute({
      ...common,
      method: 'post',
      path: '/keys/{id}/revoke',
      operationId: 'portalRevokeKey',
      summary: 'Revoke an API key, at once and for good',
      params: keyById,
      success: { status: 200, description: 'The key, now revoked.', schema: apiKeySchema },
      handle: async ({ params, ...who }) => ok(await keys.revoke(params.id, changerOf(who))),
    }),
    portalRoute({
      ...common,
      method: 'post',
      path: '/keys/{id}/roll',
      operationId: 'portalRollKey',
      summary: 'Replace an API key; the old one works until the overlap ends',
      params: keyById,
      body: rollKeyBody,
      success: { status: 201, description: 'The new key, shown once.', schema: createdApiKeySchema },
      handle: async ({ params, body, ...who }) =>
        created(await keys.roll(params.id, body.overlap_hours * HOUR_MS, changerOf(who))),
    }),
    portalRoute({
      ...common,
      method: 'delete',
      path: '/keys/{id}',
      operationId: 'portalDeleteKey',
      summary: 'Delete an API key: it stops at once and is listed no more',
      params: keyById,
      success: { status: 200, description: 'It is gone.', schema: deletedKeySchema },
      handle: async ({ params, ...who }) => {
        await keys.delete(params.id, changerOf(who));
        return ok({ id: toPublicId('apiKey', params.id), deleted: true });
      },
    }),
  ];
}

interface Who {
  tenant: TenantContext;
  session: PortalSession;
  request: RequestInfo;
}

function changerOf({ tenant, session, request }: Who): KeyChanger {
  return {
    actor: request.actor,
    request_id: request.request_id,
    tenant_id: tenant.tenant_id,
    requireMay: (mode) => requireAbility(session, mode === 'live' ? 'keys:manage_live' : 'keys:manage_test'),
  };
}
