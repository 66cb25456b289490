import type { z } from 'zod';
import { appointmentSchema } from '../resources/appointment.js';
import { callWithTranscriptSchema } from '../resources/call.js';
import { customerSchema } from '../resources/customer.js';
import { leadSchema } from '../resources/lead.js';
import { disabledEndpointSchema } from '../resources/webhook-endpoint.js';

/** What a tenant may know of an event type: when it happens and what its `data` looks like. */
export interface EventType {
  description: string;
  data: z.ZodType;
  /** Another name to subscribe to; who does gets the event under that name. */
  alias?: string;
}

/**
 * The events that are registered. The platform may publish custom ones beside them; those need a valid name and
 * nothing more. The aliases stand in the database too (function event_alias); a test holds the two together.
 */
export const EVENT_CATALOGUE = {
  'appointment.created': {
    description: 'An appointment was booked.',
    data: appointmentSchema,
    alias: 'appointment.booked',
  },
  'appointment.updated': {
    description: 'An appointment changed: its notes, its customer, or its status to confirmed or no_show.',
    data: appointmentSchema,
  },
  'appointment.rescheduled': {
    description: 'An appointment was moved to another time or staff member.',
    data: appointmentSchema,
  },
  'appointment.cancelled': { description: 'An appointment was cancelled.', data: appointmentSchema },
  'appointment.completed': { description: 'An appointment took place.', data: appointmentSchema },
  'customer.created': { description: 'A customer was added.', data: customerSchema },
  'customer.updated': { description: 'A customer’s details changed.', data: customerSchema },
  'call.started': { description: 'A call began.', data: callWithTranscriptSchema },
  'call.ended': {
    description: 'A call that was answered ended.',
    data: callWithTranscriptSchema,
    alias: 'call.completed',
  },
  'call.missed': {
    description: 'A call ended without being answered.',
    data: callWithTranscriptSchema,
    alias: 'missed_call',
  },
  'lead.created': { description: 'Somebody showed interest.', data: leadSchema },
  'webhook_endpoint.disabled': {
    description: 'A webhook endpoint was disabled, by you or because it fails; your other endpoints are told.',
    data: disabledEndpointSchema,
  },
} as const satisfies Record<string, EventType>;

export type RegisteredEventName = keyof typeof EVENT_CATALOGUE;

/** Each event type with its name. */
export function eventTypes(): (EventType & { name: RegisteredEventName })[] {
  return Object.entries(EVENT_CATALOGUE).map(([name, type]) => ({ ...type, name: name as RegisteredEventName }));
}

const ALIASES: ReadonlySet<string> = new Set(eventTypes().flatMap(({ alias }) => alias ?? []));

export function isEventAlias(text: string): boolean {
  return ALIASES.has(text);
}
