import { z } from 'zod';
import { idOutput, timeOutput } from '../wire/fields.js';

/** Somebody who may become a customer; the platform publishes it from its own systems. */
export const leadSchema = z
  .object({
    id: idOutput('lead'),
    name: z.string().meta({ example: 'Sam Example' }),
    phone: z.string().nullable().meta({ example: '+14155552671' }),
    email: z.string().nullable().meta({ example: 'sam@example.com' }),
    source: z.string().meta({ example: 'phone_call' }),
    created_at: timeOutput(),
  })
  .meta({ component: 'Lead' });
