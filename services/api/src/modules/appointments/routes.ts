import { appointmentSchema, idInput, text, timeInput } from '@switchboard/shared';
import { z } from 'zod';
import { created, ok, tenantRoute } from '../../http/route.js';
import type { AppointmentService } from './service.js';

const E164 = /^\+[1-9]\d{6,14}$/;

const customerInput = z.strictObject({
  name: text(1, 200),
  phone: z.string().regex(E164, 'must be a phone number in E.164, like +14155550123').optional(),
  email: z.email('must be an e-mail address').max(254).optional(),
});

const bookingBody = z
  .strictObject({
    customer_id: idInput('customer').optional(),
    customer: customerInput.optional(),
    starts_at: timeInput(),
    ends_at: timeInput().optional(),
    notes: text(0, 2_000).optional(),
  })
  .refine((body) => (body.customer === undefined) !== (body.customer_id === undefined), {
    path: ['customer'],
    message: 'give either customer or customer_id',
  });

const byId = z.strictObject({ id: idInput('appointment') });

export function appointmentRoutes(appointments: AppointmentService) {
  const common = { tag: 'Appointments' };
  return [
    tenantRoute({
      ...common,
      method: 'post',
      path: '/appointments',
      operationId: 'bookAppointment',
      summary: 'Book an appointment',
      scope: 'appointments:write',
      body: bookingBody,
      success: { status: 201, description: 'The appointment as it was booked.', schema: appointmentSchema },
      handle: async ({ tenant, body, request }) => created(await appointments.book(tenant, body, request.request_id)),
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/appointments/{id}',
      operationId: 'getAppointment',
      summary: 'Show an appointment',
      scope: 'appointments:read',
      params: byId,
      success: { status: 200, description: 'The appointment.', schema: appointmentSchema },
      handle: async ({ tenant, params }) => ok(await appointments.show(tenant, params.id)),
    }),
    tenantRoute({
      ...common,
      method: 'delete',
      path: '/appointments/{id}',
      operationId: 'cancelAppointment',
      summary: 'Cancel an appointment',
      scope: 'appointments:write',
      params: byId,
      success: { status: 200, description: 'The appointment, now cancelled.', schema: appointmentSchema },
      handle: async ({ tenant, params, request }) =>
        ok(await appointments.cancel(tenant, params.id, request.request_id)),
    }),
  ];
}
