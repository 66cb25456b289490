import { z } from 'zod';
import { idOutput, timeOutput } from '../wire/fields.js';

/** A customer as the API shows it; the same object is the data of customer events. */
export const customerSchema = z
  .object({
    id: idOutput('customer'),
    name: z.string().meta({ example: 'Ann Example' }),
    phone: z.string().nullable().meta({ example: '+14155552671' }),
    email: z.string().nullable().meta({ example: 'ann@example.com' }),
    notes: z.string().nullable().meta({ example: null }),
    created_at: timeOutput(),
    updated_at: timeOutput(),
  })
  .meta({ component: 'Customer' });

export type CustomerView = z.infer<typeof customerSchema>;
