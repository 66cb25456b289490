import { created, tenantRoute } from '../../http/route.js';
import { createLinkBody, portalLinkSchema } from './schemas.js';
import type { PortalLinkService } from './service.js';

export function portalLinkRoutes(links: PortalLinkService) {
  return [
    tenantRoute({
      method: 'post',
      path: '/portal-links',
      operationId: 'createPortalLink',
      summary: 'Make a one-time link into the portal, for embedding it in your own application',
      tag: 'Portal',
      scope: 'webhooks:manage',
      body: createLinkBody,
      success: { status: 201, description: 'The link, shown once.', schema: portalLinkSchema },
      handle: async ({ tenant, body, request }) => created(await links.create(tenant, body, request)),
    }),
  ];
}
