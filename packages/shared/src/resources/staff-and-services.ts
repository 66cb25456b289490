import { z } from 'zod';
import { idOutput, timeOutput } from '../wire/fields.js';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time like 09:00 (24:00 is the end of a day)');

/** One stretch of work on a weekday, by the clock of the staff member's time zone. */
export const workingHoursSchema = z
  .strictObject({
    weekday: z.enum(WEEKDAYS),
    from: clockTime.meta({ example: '09:00' }),
    to: clockTime.meta({ example: '17:00' }),
  })
  .refine((hours) => hours.from < hours.to, { path: ['to'], message: 'must be after from' });

export type WorkingHours = z.infer<typeof workingHoursSchema>;

/** What customers book: how long it takes, what it costs. */
export const serviceSchema = z
  .object({
    id: idOutput('service'),
    name: z.string().meta({ example: 'Consultation' }),
    description: z.string().nullable(),
    duration_minutes: z.int().meta({ example: 30 }),
    buffer_minutes: z.int().meta({ description: 'Kept free after each appointment.', example: 10 }),
    price: z.int().meta({ description: 'In the currency’s minor unit.', example: 4500 }),
    currency: z.string().meta({ example: 'USD' }),
    active: z.boolean(),
    created_at: timeOutput(),
    updated_at: timeOutput(),
  })
  .meta({ component: 'Service' });

export type ServiceView = z.infer<typeof serviceSchema>;

export const staffSchema = z
  .object({
    id: idOutput('staff'),
    name: z.string().meta({ example: 'Dana Example' }),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    timezone: z.string().meta({ example: 'America/New_York' }),
    working_hours: z.array(workingHoursSchema),
    service_ids: z.array(idOutput('service')),
    active: z.boolean(),
    created_at: timeOutput(),
    updated_at: timeOutput(),
  })
  .meta({ component: 'Staff' });

export type StaffView = z.infer<typeof staffSchema>;

export const timeOffSchema = z.object({
  id: idOutput('timeOff'),
  staff_id: idOutput('staff'),
  starts_at: timeOutput(),
  ends_at: timeOutput(),
  reason: z.string().nullable(),
  created_at: timeOutput(),
});

export type TimeOffView = z.infer<typeof timeOffSchema>;
