import { ok, portalRoute } from '../../http/route.js';
import { usageSchema } from './schemas.js';
import type { UsageService } from './service.js';

export function usageRoutes(usage: UsageService) {
  return [
    portalRoute({
      ...{ tag: 'Overview', ability: 'view', method: 'get', path: '/usage' },
      operationId: 'portalUsage',
      summary: 'How much of its plan the tenant has used',
      success: { status: 200, description: 'The windows as they stand now.', schema: usageSchema },
      handle: async ({ tenant }) => ok(await usage.show(tenant)),
    }),
  ];
}
