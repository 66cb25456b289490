import { appointmentSchema } from '@switchboard/shared';
import { z } from 'zod';
import { created, ok, tenantRoute } from '../../http/route.js';
import {
  appointmentById,
  appointmentListQuery,
  bookingBody,
  slotSchema,
  slotsQuery,
  updateAppointmentBody,
} from './schemas.js';
import type { AppointmentService } from './service.js';
import type { SlotService } from './slot-service.js';

const common = { tag: 'Appointments' };

export function appointmentRoutes(appointments: AppointmentService, slots: SlotService) {
  return [
    tenantRoute({
      ...common,
      method: 'get',
      path: '/appointments',
      operationId: 'listAppointments',
      summary: 'List appointments',
      scope: 'appointments:read',
      query: appointmentListQuery,
      success: { status: 200, description: 'Appointments.', schema: appointmentSchema, list: true },
      handle: async ({ tenant, query }) => {
        const { page, per_page, sort, 'starts_at[gte]': starts_from, 'starts_at[lt]': starts_before, ...exact } = query;
        const order = {
          column: sort.endsWith('starts_at') ? 'starts_at' : 'created_at',
          direction: sort.startsWith('-') ? 'desc' : 'asc',
        } as const;
        const filter = { ...exact, starts_from, starts_before };
        const { data, meta } = await appointments.list(tenant, { filter, order, page: { page, per_page } });
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'post',
      path: '/appointments',
      operationId: 'bookAppointment',
      summary: 'Book an appointment',
      scope: 'appointments:write',
      body: bookingBody,
      success: { status: 201, description: 'The appointment as it was booked.', schema: appointmentSchema },
      handle: async ({ tenant, body, request }) => created(await appointments.book(tenant, body, request)),
    }),
    // Before /appointments/{id}: the first route that fits serves.
    tenantRoute({
      ...common,
      method: 'get',
      path: '/appointments/slots',
      operationId: 'findSlots',
      summary: 'Find free slots of a service',
      scope: 'appointments:read',
      query: slotsQuery,
      success: { status: 200, description: 'Slots in order of time.', schema: z.array(slotSchema) },
      handle: async ({ tenant, query }) => ok(await slots.find(tenant, query)),
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/appointments/{id}',
      operationId: 'getAppointment',
      summary: 'Show an appointment',
      scope: 'appointments:read',
      params: appointmentById,
      success: { status: 200, description: 'The appointment.', schema: appointmentSchema },
      handle: async ({ tenant, params }) => ok(await appointments.show(tenant, params.id)),
    }),
    tenantRoute({
      ...common,
      method: 'patch',
      path: '/appointments/{id}',
      operationId: 'updateAppointment',
      summary: 'Change, move, confirm, complete or cancel an appointment',
      scope: 'appointments:write',
      params: appointmentById,
      body: updateAppointmentBody,
      success: { status: 200, description: 'The appointment after the change.', schema: appointmentSchema },
      handle: async ({ tenant, params, body, request }) =>
        ok(await appointments.update(tenant, params.id, body, request)),
    }),
    tenantRoute({
      ...common,
      method: 'delete',
      path: '/appointments/{id}',
      operationId: 'cancelAppointment',
      summary: 'Cancel an appointment',
      scope: 'appointments:write',
      params: appointmentById,
      success: { status: 200, description: 'The appointment, now cancelled.', schema: appointmentSchema },
      handle: async ({ tenant, params, request }) => ok(await appointments.cancel(tenant, params.id, request)),
    }),
  ];
}
