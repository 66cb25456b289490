import { z } from 'zod';
import { idOutput, timeOutput } from '../wire/fields.js';
import { customerSchema } from './customer.js';

export const APPOINTMENT_STATUSES = ['booked', 'confirmed', 'completed', 'no_show', 'cancelled'] as const;

export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

/** The customer inside an appointment: what a receiver needs to greet and to call back. */
export const appointmentCustomerSchema = customerSchema.pick({ id: true, name: true, phone: true, email: true });

/** An appointment as the API shows it; the same object is the data of every appointment event. */
export const appointmentSchema = z
  .object({
    id: idOutput('appointment'),
    status: z.enum(APPOINTMENT_STATUSES),
    starts_at: timeOutput(),
    ends_at: timeOutput(),
    customer: appointmentCustomerSchema,
    staff_id: idOutput('staff').nullable(),
    service_id: idOutput('service').nullable(),
    notes: z.string().nullable().meta({ example: 'First visit' }),
    created_at: timeOutput(),
    updated_at: timeOutput(),
  })
  .meta({ component: 'Appointment' });

export type AppointmentView = z.infer<typeof appointmentSchema>;

/** What may follow a status. From the last three nothing leads back: what happened, happened. */
export const APPOINTMENT_TRANSITIONS: Record<AppointmentStatus, readonly AppointmentStatus[]> = {
  booked: ['confirmed', 'completed', 'no_show', 'cancelled'],
  confirmed: ['completed', 'no_show', 'cancelled'],
  completed: [],
  no_show: [],
  cancelled: [],
};
