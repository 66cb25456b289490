import {
  APPOINTMENT_STATUSES,
  idInput,
  idOutput,
  text,
  timeInput,
  timeOutput,
  timezoneInput,
} from '@switchboard/shared';
import { z } from 'zod';
import { pageFields } from '../../http/pagination.js';
import { inlineCustomer } from '../customers/schemas.js';

export const bookingBody = z
  .strictObject({
    customer_id: idInput('customer').optional(),
    customer: inlineCustomer.optional().meta({ description: 'Somebody new. Give either this or customer_id.' }),
    service_id: idInput('service').optional(),
    staff_id: idInput('staff')
      .optional()
      .meta({ description: 'Without it anybody who offers the service and is free.' }),
    starts_at: timeInput(),
    ends_at: timeInput().optional().meta({ description: 'Without it the service’s duration, or 30 minutes.' }),
    notes: text(0, 2_000).nullable().optional(),
  })
  .refine((body) => (body.customer === undefined) !== (body.customer_id === undefined), {
    path: ['customer'],
    message: 'give either customer or customer_id',
  })
  .meta({
    example: {
      customer: { name: 'Ann Example', phone: '+14155552671' },
      service_id: 'svc_01jc9a92r0f8y9y89xbt61pzv0',
      starts_at: '2026-12-01T09:30:00Z',
    },
  });

export const updateAppointmentBody = z
  .strictObject({
    status: z.enum(APPOINTMENT_STATUSES),
    starts_at: timeInput(),
    ends_at: timeInput(),
    staff_id: idInput('staff').nullable(),
    service_id: idInput('service').nullable(),
    notes: text(0, 2_000).nullable(),
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'change at least one field')
  .meta({ minProperties: 1, example: { status: 'confirmed', notes: 'Called back on Monday' } });

export const appointmentById = z.strictObject({ id: idInput('appointment') });

const SORTS = ['created_at', '-created_at', 'starts_at', '-starts_at'] as const;

export const appointmentListQuery = z.strictObject({
  ...pageFields,
  status: z.enum(APPOINTMENT_STATUSES).optional(),
  customer_id: idInput('customer').optional(),
  staff_id: idInput('staff').optional(),
  service_id: idInput('service').optional(),
  'starts_at[gte]': timeInput().optional(),
  'starts_at[lt]': timeInput().optional(),
  sort: z.enum(SORTS).default('created_at').meta({ description: 'A minus sorts downwards.' }),
});

const dateOrTime = z.union(
  [z.iso.date(), z.iso.datetime({ offset: true })],
  'must be a date like 2026-12-01 or an ISO 8601 time',
);

export const slotsQuery = z.strictObject({
  service_id: idInput('service'),
  staff_id: idInput('staff').optional(),
  from: dateOrTime.meta({ description: 'A date in `timezone`, or a time.', example: '2026-12-01' }),
  to: dateOrTime.meta({
    description: 'A date (that day included), or a time. At most 31 days after `from`.',
    example: '2026-12-02',
  }),
  timezone: timezoneInput().default('UTC'),
});

export const slotSchema = z
  .object({
    starts_at: timeOutput(),
    ends_at: timeOutput(),
    local_starts_at: z.string().meta({
      description: 'The start in the time zone asked for, with its offset.',
      example: '2026-12-01T09:00:00-05:00',
    }),
    staff_ids: z.array(idOutput('staff')).meta({ description: 'Who is free then.' }),
  })
  .meta({ component: 'Slot' });

export type SlotView = z.infer<typeof slotSchema>;
