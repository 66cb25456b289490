import {
  DISABLED_REASONS,
  eventTypes,
  idInput,
  idOutput,
  isSubscriptionPattern,
  text,
  timeOutput,
} from '@switchboard/shared';
import { z } from 'zod';
import { deliverySchema, deliveryWithAttemptsSchema } from '../deliveries/schemas.js';

const eventTypesField = z
  .array(z.string().refine(isSubscriptionPattern, 'must be an event name, a resource like "appointment.*", or "*"'))
  .min(1, 'subscribe to at least one event type, or to "*"')
  .max(100)
  .transform((patterns) => [...new Set(patterns)]);

const ORDERINGS = ['none', 'fifo'] as const;

const ABOUT = {
  enabled: 'false: it gets nothing, and what is pending for it is cancelled. true also undoes an automatic disabling.',
  max_attempts: 'null: the platform’s default.',
  timeout_ms: 'For one attempt, from connecting to the end of the answer. null: the platform’s default.',
  max_in_flight: 'Deliveries that may be on their way to it at once, for each worker. null: the platform’s default.',
  rate_limit_per_second: 'Deliveries a second at most. More of them wait; no attempt is spent on that. null: no limit.',
  ordering:
    'fifo: strictly in the order in which events happened. One delivery at a time, and while one is retried all that ' +
    'follow it wait. none: as fast as possible, in nearly that order.',
};

const fields = {
  url: z.string().min(1, 'must not be empty').max(2_048),
  description: text(0, 500),
  event_types: eventTypesField,
  enabled: z.boolean().meta({ description: ABOUT.enabled }),
  headers: z.record(z.string(), z.string()),
  max_attempts: z.int().min(1).max(20).nullable().meta({ description: ABOUT.max_attempts }),
  timeout_ms: z.int().min(1_000).max(30_000).nullable().meta({ description: ABOUT.timeout_ms }),
  max_in_flight: z.int().min(1).max(100).nullable().meta({ description: ABOUT.max_in_flight }),
  rate_limit_per_second: z.int().min(1).max(1_000).nullable().meta({ description: ABOUT.rate_limit_per_second }),
  ordering: z.enum(ORDERINGS).meta({ description: ABOUT.ordering }),
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
    max_in_flight: fields.max_in_flight.optional(),
    rate_limit_per_second: fields.rate_limit_per_second.optional(),
    ordering: fields.ordering.optional(),
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

const MAX_OVERLAP_HOURS = 7 * 24;

export const rotateSecretBody = z.strictObject({
  overlap_hours: z
    .int()
    .min(0)
    .max(MAX_OVERLAP_HOURS)
    .default(24)
    .meta({
      description:
        'How long the old secret goes on signing beside the new one. 0: it ends at once. A secret that was still in ' +
        'its own overlap ends at once in any case.',
    }),
});

const TESTABLE_EVENTS = eventTypes().flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));

export const testEndpointBody = z.strictObject({
  event: z.enum(TESTABLE_EVENTS).optional().meta({
    description: 'Of which event type the example is sent. Where it is absent: the first that it is subscribed to.',
    example: 'appointment.created',
  }),
});

export const endpointById = z.strictObject({ id: idInput('endpoint') });

export const endpointSchema = z
  .object({
    id: idOutput('endpoint'),
    url: z.string(),
    description: z.string(),
    event_types: z.array(z.string()),
    enabled: z.boolean(),
    disabled_reason: z.enum(DISABLED_REASONS).nullable().meta({
      description:
        'manual: by you. gone: its receiver answered 410. failing: every delivery had failed for 5 days. null: it is enabled.',
    }),
    disabled_at: timeOutput().nullable(),
    headers: z
      .record(z.string(), z.string())
      .meta({ description: 'Names of the custom headers; the values are masked.' }),
    max_attempts: z.int().nullable().meta({ description: ABOUT.max_attempts }),
    timeout_ms: z.int().nullable().meta({ description: ABOUT.timeout_ms }),
    max_in_flight: z.int().nullable().meta({ description: ABOUT.max_in_flight }),
    rate_limit_per_second: z.int().nullable().meta({ description: ABOUT.rate_limit_per_second }),
    ordering: z.enum(ORDERINGS).meta({ description: ABOUT.ordering }),
    previous_secret_expires_at: timeOutput().nullable().meta({
      description: 'Until then the secret before the last rotation signs as well. null: there is none.',
    }),
    created_at: timeOutput(),
    updated_at: timeOutput(),
  })
  .meta({ component: 'WebhookEndpoint' });

export type EndpointView = z.infer<typeof endpointSchema>;

export const createdEndpointSchema = endpointSchema.extend({
  secret: z.string().meta({ description: 'The signing secret. It is shown here and never again.' }),
});

export const sentTestSchema = z.object({
  delivery: deliverySchema,
  attempt: deliveryWithAttemptsSchema.shape.attempts.element.nullable().meta({
    description: 'null: it was not made in time. The delivery is under way and shows it later.',
  }),
});

export type SentTestView = z.infer<typeof sentTestSchema>;
