import { DISABLED_REASONS, idOutput, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { RANGES } from './spans.js';

export const overviewQuery = z.strictObject({ range: z.enum(RANGES).default('24h') });

const counts = {
  succeeded: z.int().meta({ description: 'Deliveries that the receiver has taken.' }),
  failed: z.int().meta({ description: 'Deliveries that are dead: no attempt follows.' }),
};

const successRate = z.number().min(0).max(1).nullable().meta({
  description: 'succeeded / (succeeded + failed); null where none has ended. What is still tried counts for neither.',
});

const pending = z.int().meta({ description: 'Deliveries that are still owed an attempt, whatever came of the last.' });

/** Tests of an endpoint and what was cancelled are in no number. A delivery belongs to the time of its event. */
export const overviewSchema = z.object({
  range: z.enum(RANGES),
  from: timeOutput(),
  to: timeOutput(),
  bucket_seconds: z.int(),
  buckets: z.array(z.object({ at: timeOutput(), ...counts, pending })),
  totals: z.object({
    deliveries: z.int().meta({ description: 'succeeded + failed + pending.' }),
    ...counts,
    pending,
    attempts: z.int().meta({ description: 'POSTs that these deliveries have had so far, whenever they were made.' }),
  }),
  success_rate: successRate,
  p95_ms: z
    .int()
    .nullable()
    .meta({
      description:
        'Within this time 95 % of the attempts had an answer or had failed. Where a bucket has more than 50 deliveries it ' +
        'is judged by 50 of them, so it is an estimate.',
    }),
  endpoints: z
    .array(
      z.object({
        id: idOutput('endpoint'),
        url: z.string(),
        enabled: z.boolean(),
        disabled_reason: z.enum(DISABLED_REASONS).nullable(),
        ...counts,
        success_rate: successRate,
        last_failure_at: timeOutput().nullable(),
        last_error: z.object({ code: z.string(), message: z.string() }).nullable(),
      }),
    )
    .meta({ description: 'Disabled by a rule first, then by share of failures, then by address.' }),
});

export type OverviewView = z.infer<typeof overviewSchema>;

export const webhookHealthSchema = z.object({
  endpoint_id: idOutput('endpoint'),
  hours: z
    .array(z.object({ at: timeOutput(), ...counts }))
    .meta({ description: 'The last 24 hours, the present one last.' }),
  last_delivery: z.object({ id: idOutput('delivery'), status: z.string(), at: timeOutput() }).nullable(),
  success_rate: successRate,
});

export type WebhookHealthView = z.infer<typeof webhookHealthSchema>;
