import type { RegisteredEventName } from '@switchboard/shared';
import type { AppointmentRow } from './repository.js';

/** What a change of an appointment is called: each kind once, and `updated` where it was neither moved nor ended. */
export function eventsOf(before: AppointmentRow, after: AppointmentRow): RegisteredEventName[] {
  const events: RegisteredEventName[] = [];
  const moved =
    before.starts_at.getTime() !== after.starts_at.getTime() ||
    before.ends_at.getTime() !== after.ends_at.getTime() ||
    before.staff_id !== after.staff_id;
  if (moved) events.push('appointment.rescheduled');
  if (before.status !== after.status && after.status === 'cancelled') events.push('appointment.cancelled');
  if (before.status !== after.status && after.status === 'completed') events.push('appointment.completed');
  return events.length > 0 ? events : ['appointment.updated'];
}
