import { idInput, isEventName } from '@switchboard/shared';
import { z } from 'zod';
import '../../http/locals.js';
import { portalRoute, streamed } from '../../http/route.js';
import { deliverySchema } from '../deliveries/schemas.js';
import type { LiveLogService } from './service.js';

const liveQuery = z.strictObject({
  status: deliverySchema.shape.status.optional(),
  endpoint_id: idInput('endpoint').optional(),
  event_id: idInput('event').optional(),
  event: z.string().refine(isEventName, 'must be an event name').optional(),
});

export function liveLogRoutes(live: LiveLogService) {
  const ability = 'view';
  return [
    portalRoute({
      ...{ tag: 'Deliveries', method: 'get', path: '/live', ability },
      operationId: 'portalLive',
      summary: 'Deliveries as they are made and change, as server-sent events',
      query: liveQuery,
      success: {
        status: 200,
        description:
          '`ready` once; `deliveries` with a list of new and changed ones; `resync` where some may have been missed; ' +
          '`ping` every 15 s.',
        schema: z.string(),
      },
      handle: ({ tenant, session, query }) => {
        const { event: event_type, ...rest } = query;
        return Promise.resolve(
          streamed((res) => {
            const accessHolds = () => res.locals.context.accessHolds?.(ability) ?? Promise.resolve(false);
            return live.stream(res, { tenant, session, filter: { ...rest, event_type }, accessHolds });
          }),
        );
      },
    }),
  ];
}
