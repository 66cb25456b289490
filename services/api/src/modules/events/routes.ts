import { eventTypes, idInput, idOutput, isEventName, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { cursorFields, cursorRequest } from '../../http/pagination.js';
import { ok, tenantRoute } from '../../http/route.js';
import { describeEventType } from './event-types.js';
import type { EventService } from './service.js';

const eventSchema = z
  .object({
    id: idOutput('event'),
    event: z.string(),
    created_at: timeOutput(),
    is_test: z.boolean().meta({ description: 'Whether it is an example that was sent to test an endpoint.' }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ component: 'Event' });

const listQuery = z.strictObject({
  ...cursorFields,
  event: z.string().refine(isEventName, 'must be an event name').optional(),
});

const eventTypeSchema = z.object({
  name: z.string().meta({ example: 'appointment.created' }),
  alias: z.string().nullable().meta({ description: 'Another name to subscribe to; the event then comes under it.' }),
  description: z.string(),
  schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of `data`.' }),
  example: z.unknown().meta({ description: 'A webhook body.' }),
});

/** The same for as long as the process runs. */
const EVENT_TYPES = eventTypes().map(describeEventType);

export function eventRoutes(events: EventService) {
  const common = { tag: 'Events', scope: 'events:read' } as const;
  return [
    tenantRoute({
      ...common,
      method: 'get',
      path: '/events',
      operationId: 'listEvents',
      summary: 'List events',
      query: listQuery,
      success: { status: 200, description: 'Events, newest first.', schema: eventSchema, list: true },
      handle: async ({ tenant, query }) => {
        const { data, meta } = await events.list(tenant, { type: query.event }, cursorRequest(query));
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/events/{id}',
      operationId: 'getEvent',
      summary: 'Show an event',
      params: z.strictObject({ id: idInput('event') }),
      success: { status: 200, description: 'The event.', schema: eventSchema },
      handle: async ({ tenant, params }) => ok(await events.show(tenant, params.id)),
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/event-types',
      operationId: 'listEventTypes',
      summary: 'List every registered event type with schema and example',
      success: { status: 200, description: 'Event types.', schema: z.array(eventTypeSchema) },
      handle: () => Promise.resolve(ok(EVENT_TYPES)),
    }),
  ];
}
