import { toPublicId, type AppointmentView } from '@switchboard/shared';
import type { AppointmentRow } from './repository.js';

export function toAppointmentView(row: AppointmentRow): AppointmentView {
  return {
    id: toPublicId('appointment', row.id),
    status: row.status,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    customer: {
      id: toPublicId('customer', row.customer_id),
      name: row.customer_name,
      phone: row.customer_phone,
      email: row.customer_email,
    },
    staff_id: row.staff_id === null ? null : toPublicId('staff', row.staff_id),
    service_id: row.service_id === null ? null : toPublicId('service', row.service_id),
    notes: row.notes,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
