import { idOutput, timeInput, timeOutput } from '@switchboard/shared';
import { z } from 'zod';

export const DEFAULT_DAYS = 30;
export const MAX_EXAMINED = 50_000;

export const deadLettersQuery = z.strictObject({
  since: timeInput()
    .optional()
    .meta({
      description: `Of events that happened at this time or later. ${DEFAULT_DAYS} days ago where it is not said.`,
    }),
});

export const deadLettersSchema = z.object({
  groups: z
    .array(
      z.object({
        endpoint: z.object({ id: idOutput('endpoint'), url: z.string(), enabled: z.boolean(), deleted: z.boolean() }),
        error: z.object({
          code: z.string(),
          message: z.string().meta({ description: 'Of the newest; others of the same code may say it differently.' }),
        }),
        count: z.int(),
        first_at: timeOutput().meta({ description: 'When the first of them was given up.' }),
        last_at: timeOutput(),
      }),
    )
    .meta({ description: 'By endpoint and error code, what failed last first. `POST /replays` takes the same two.' }),
  total: z.int().meta({ description: 'Dead deliveries in all groups together.' }),
  is_complete: z.boolean().meta({
    description: `false: there are more; the newest ${MAX_EXAMINED.toLocaleString('en')} were grouped.`,
  }),
});

export type DeadLettersView = z.infer<typeof deadLettersSchema>;
