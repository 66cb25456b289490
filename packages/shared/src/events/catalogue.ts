import type { z } from 'zod';
import { appointmentSchema } from '../resources/appointment.js';

/** What a tenant may know of an event type: when it happens and what its `data` looks like. */
export interface EventType {
  name: string;
  description: string;
  data: z.ZodType;
}

/**
 * The events that Switchboard itself emits. The platform may publish custom ones beside them; those need a valid name
 * and nothing more.
 */
export const EVENT_CATALOGUE = {
  'appointment.created': {
    name: 'appointment.created',
    description: 'An appointment was booked.',
    data: appointmentSchema,
  },
  'appointment.cancelled': {
    name: 'appointment.cancelled',
    description: 'An appointment was cancelled.',
    data: appointmentSchema,
  },
} as const satisfies Record<string, EventType>;

export type RegisteredEventName = keyof typeof EVENT_CATALOGUE;
