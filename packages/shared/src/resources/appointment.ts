import { z } from 'zod';
import { idOutput, timeOutput } from '../wire/fields.js';

export const APPOINTMENT_STATUSES = ['booked', 'confirmed', 'completed', 'no_show', 'cancelled'] as const;

/** A customer as the API shows it, and as appointment events carry it. */
export const customerSchema = z.object({
  id: idOutput('customer'),
  name: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
});

/** An appointment as the API shows it; the same object is the data of every appointment event. */
export const appointmentSchema = z.object({
  id: idOutput('appointment'),
  status: z.enum(APPOINTMENT_STATUSES),
  starts_at: timeOutput(),
  ends_at: timeOutput(),
  customer: customerSchema,
  notes: z.string().nullable(),
  created_at: timeOutput(),
  updated_at: timeOutput(),
});

export type AppointmentView = z.infer<typeof appointmentSchema>;
