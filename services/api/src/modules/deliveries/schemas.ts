import { idInput, idOutput, isEventName, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { cursorFields } from '../../http/pagination.js';

const DELIVERY_STATUSES = ['pending', 'succeeded', 'dead', 'cancelled'] as const;

export const deliveryListQuery = z.strictObject({
  ...cursorFields,
  status: z.enum(DELIVERY_STATUSES).optional(),
  endpoint_id: idInput('endpoint').optional(),
  event_id: idInput('event').optional(),
  event: z.string().refine(isEventName, 'must be an event name').optional(),
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
