import { z } from 'zod';
import { accepted, platformRoute } from '../../http/route.js';
import { publishBody, publishedEventSchema } from './schemas.js';
import type { PlatformEventService } from './service.js';

export function platformEventRoutes(events: PlatformEventService) {
  return [
    platformRoute({
      method: 'post',
      path: '/events',
      operationId: 'publishEvents',
      summary: 'Publish one event, or up to 500 in one transaction',
      tag: 'Events',
      body: publishBody,
      success: {
        status: 202,
        description: 'Committed: the event, or the events in the order they were given.',
        schema: z.union([publishedEventSchema, z.array(publishedEventSchema)]),
      },
      handle: async ({ body, request }) => {
        const published = await events.publish(body, request.request_id);
        return accepted(body.is_batch ? published : published[0]);
      },
    }),
  ];
}
