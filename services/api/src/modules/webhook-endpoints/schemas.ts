import { idInput, idOutput, isSubscriptionPattern, text, timeOutput } from '@switchboard/shared';
import { z } from 'zod';

const eventTypes = z
  .array(z.string().refine(isSubscriptionPattern, 'must be an event name, a resource like "appointment.*", or "*"'))
  .min(1, 'subscribe to at least one event type, or to "*"')
  .max(100)
  .transform((patterns) => [...new Set(patterns)]);

const fields = {
  url: z.string().min(1, 'must not be empty').max(2_048),
  description: text(0, 500),
  event_types: eventTypes,
  enabled: z.boolean(),
  headers: z.record(z.string(), z.string()),
  max_attempts: z.int().min(1).max(20).nullable().meta({ description: 'null: the platform’s default.' }),
  timeout_ms: z.int().min(1_000).max(30_000).nullable().meta({ description: 'null: the platform’s default.' }),
};

export const createEndpointBody = z
  .strictObject({
    url: fields.url,
    event_types: fields.event_types,
    description: fields.description.optional(),
    enabled: fields.enabled.optional(),
    headers: fields.headers.optional(),
    max_attempts: fields.max_attempts.optional(),
    timeout_ms: fields.timeout_ms.optional(),
  })
  .meta({ example: { url: 'https://example.com/hooks/calendar', event_types: ['appointment.*', 'missed_call'] } });

export const updateEndpointBody = z
  .strictObject(fields)
  .partial()
  .refine((body) => Object.keys(body).length > 0, {
    message: 'change at least one field',
    // A body of unknown fields alone is told so; that it changes nothing would only confuse.
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ minProperties: 1, example: { enabled: false, description: 'The old calendar' } });

export const endpointById = z.strictObject({ id: idInput('endpoint') });

export const endpointSchema = z
  .object({
    id: idOutput('endpoint'),
    url: z.string(),
    description: z.string(),
    event_types: z.array(z.string()),
    enabled: z.boolean(),
    headers: z
      .record(z.string(), z.string())
      .meta({ description: 'Names of the custom headers; the values are masked.' }),
    max_attempts: z.int().nullable(),
    timeout_ms: z.int().nullable(),
    created_at: timeOutput(),
    updated_at: timeOutput(),
  })
  .meta({ component: 'WebhookEndpoint' });

export type EndpointView = z.infer<typeof endpointSchema>;

export const createdEndpointSchema = endpointSchema.extend({
  secret: z.string().meta({ description: 'The signing secret. It is shown here and never again.' }),
});
