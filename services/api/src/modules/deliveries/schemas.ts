import { idInput, idOutput, isEventName, timeInput, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { cursorFields } from '../../http/pagination.js';

const DELIVERY_STATUSES = ['pending', 'succeeded', 'dead', 'cancelled'] as const;

const triggerSchema = z.enum(['automatic', 'replay', 'test']);

/** Any code in the form of ours: an older version's is looked for as well. */
export const errorField = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be an error code like timeout')
  .meta({ description: 'Why the last attempt failed: the `code` of `last_error`.', example: 'timeout' });

/** The same in every filter of deliveries. */
export const spanFields = {
  since: timeInput().optional().meta({ description: 'Deliveries of events that happened at this time or later.' }),
  until: timeInput().optional().meta({ description: 'Deliveries of events that happened before it.' }),
} as const;

export const deliveryListQuery = z.strictObject({
  ...cursorFields,
  status: z.enum(DELIVERY_STATUSES).optional(),
  endpoint_id: idInput('endpoint').optional(),
  event_id: idInput('event').optional(),
  event: z.string().refine(isEventName, 'must be an event name').optional(),
  error: errorField.optional(),
  ...spanFields,
});

export const deliveryById = z.strictObject({ id: idInput('delivery') });

export const deliverySchema = z
  .object({
    id: idOutput('delivery'),
    event_id: idOutput('event'),
    endpoint_id: idOutput('endpoint'),
    event: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    cancel_reason: z.string().nullable(),
    attempt_count: z.int(),
    trigger: triggerSchema.meta({
      description: 'What began its present run: the event, a replay, or a test of the endpoint.',
    }),
    replay_id: idOutput('replay')
      .nullable()
      .meta({ description: 'The replay of many that its present run belongs to.' }),
    next_attempt_at: timeOutput().nullable(),
    last_status_code: z.int().nullable(),
    last_error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created_at: timeOutput(),
    completed_at: timeOutput().nullable(),
  })
  .meta({ component: 'Delivery' });

const headersSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

const attemptSchema = z.object({
  number: z.int(),
  trigger: triggerSchema,
  started_at: timeOutput(),
  duration_ms: z.int(),
  status_code: z.int().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  request: z.object({
    headers: headersSchema,
    body: z.string().meta({ description: 'The very bytes that were signed and sent.' }),
  }),
  response: z
    .object({ headers: headersSchema, body: z.string().meta({ description: 'The first 16 KB, as text.' }) })
    .nullable(),
});

export const deliveryWithAttemptsSchema = deliverySchema.extend({ attempts: z.array(attemptSchema) });

export type DeliveryView = z.infer<typeof deliverySchema>;
export type AttemptView = z.infer<typeof attemptSchema>;
