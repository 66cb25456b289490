import { z } from 'zod';
import { accepted, platformRoute, tenantRoute } from '../../http/route.js';
import { publishBody, publishedEventSchema, publishOwnBody } from './schemas.js';
import type { PlatformEventService } from './service.js';

const common = {
  method: 'post',
  path: '/events',
  operationId: 'publishEvents',
  summary: 'Publish one event, or up to 500 in one transaction',
  tag: 'Events',
  success: {
    status: 202,
    description: 'Committed: the event, or the events in the order they were given.',
    schema: z.union([publishedEventSchema, z.array(publishedEventSchema)]),
  },
} as const;

export function platformEventRoutes(events: PlatformEventService) {
  return [
    platformRoute({
      ...common,
      body: publishBody,
      handle: async ({ body, request }) => accepted(await events.publish(body, request)),
    }),
  ];
}

/** The same for a tenant's own key, under the tenant's own limits. */
export function publishOwnEventRoutes(events: PlatformEventService) {
  return [
    tenantRoute({
      ...common,
      scope: 'events:publish',
      body: publishOwnBody,
      handle: async ({ tenant, body, request }) => {
        const { tenant_id, mode } = tenant;
        const own = body.events.map((event) => ({ ...event, tenant_id, mode }));
        return accepted(await events.publish({ ...body, events: own }, request));
      },
    }),
  ];
}
