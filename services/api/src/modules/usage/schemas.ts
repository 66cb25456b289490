import { timeOutput } from '@switchboard/shared';
import { z } from 'zod';

const requests = z.int().meta({
  description: 'Requests with any of the tenant’s keys, of both modes. The portal’s own are not counted.',
});
const resets = timeOutput().nullable().meta({ description: 'null: no window has begun.' });

export const usageSchema = z.object({
  plan: z.object({
    id: z.string(),
    name: z.string(),
    requests_per_minute: z.int(),
    requests_per_day: z.int(),
    entitlements: z.array(z.string()),
  }),
  used: z.object({ minute: requests, minute_resets_at: resets, day: requests, day_resets_at: resets }),
  counts: z.object({ webhooks: z.int(), keys: z.int(), people: z.int() }),
});

export type UsageView = z.infer<typeof usageSchema>;
