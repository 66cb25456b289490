import { z } from 'zod';
import { ok, portalRoute } from '../../http/route.js';
import { overviewQuery, overviewSchema, webhookHealthSchema } from './schemas.js';
import type { OverviewService } from './service.js';

export function overviewRoutes(overviews: OverviewService) {
  const common = { tag: 'Overview', ability: 'view', method: 'get' } as const;
  return [
    portalRoute({
      ...common,
      path: '/overview',
      operationId: 'portalOverview',
      summary: 'How the tenant’s webhooks do',
      query: overviewQuery,
      success: {
        status: 200,
        description:
          'Numbers some seconds old at most while they are cheap. Where they are not, what a replay does to deliveries of an older part of the range is seen within a minute.',
        schema: overviewSchema,
      },
      handle: async ({ tenant, query }) => ok(await overviews.overview(tenant, query.range)),
    }),
    portalRoute({
      ...common,
      path: '/webhooks/health',
      operationId: 'portalWebhookHealth',
      summary: 'How each webhook endpoint did in the last 24 hours',
      success: { status: 200, description: 'In the order of the endpoints.', schema: z.array(webhookHealthSchema) },
      handle: async ({ tenant }) => ok(await overviews.health(tenant)),
    }),
  ];
}
