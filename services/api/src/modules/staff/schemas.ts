import {
  emailInput,
  idInput,
  phoneInput,
  text,
  timeInput,
  timezoneInput,
  workingHoursSchema,
} from '@switchboard/shared';
import { z } from 'zod';
import { scopeFields } from '../../http/platform-scope.js';

const workingHours = z
  .array(workingHoursSchema)
  .max(50)
  .refine((hours) => !hours.some((one, index) => hours.slice(index + 1).some((other) => overlap(one, other))), {
    message: 'stretches of one day must not overlap',
  });

function overlap(a: z.infer<typeof workingHoursSchema>, b: z.infer<typeof workingHoursSchema>): boolean {
  return a.weekday === b.weekday && a.from < b.to && b.from < a.to;
}

const serviceIds = z
  .array(idInput('service'))
  .max(200)
  .transform((ids) => [...new Set(ids)]);

const fields = {
  name: text(1, 200),
  email: emailInput().nullable(),
  phone: phoneInput().nullable(),
  timezone: timezoneInput(),
  working_hours: workingHours,
  service_ids: serviceIds,
  active: z.boolean(),
};

export const createStaffBody = z.strictObject({
  ...scopeFields,
  name: fields.name,
  email: fields.email.default(null),
  phone: fields.phone.default(null),
  timezone: fields.timezone.default('UTC'),
  working_hours: fields.working_hours.default([]),
  service_ids: fields.service_ids.default([]),
  active: fields.active.default(true),
});

export const updateStaffBody = z.strictObject({ ...scopeFields, ...z.object(fields).partial().shape });

export const workingHoursBody = z.strictObject({
  ...scopeFields,
  timezone: fields.timezone.optional(),
  working_hours: workingHours,
});

export const staffById = z.strictObject({ id: idInput('staff') });

export const timeOffBody = z.strictObject({
  ...scopeFields,
  starts_at: timeInput(),
  ends_at: timeInput(),
  reason: text(0, 500).nullable().default(null),
});

export const timeOffById = z.strictObject({ id: idInput('timeOff') });

export const timeOffScope = z.strictObject(scopeFields);
