import { currencyInput, idInput, text } from '@switchboard/shared';
import { z } from 'zod';
import { pageFields } from '../../http/pagination.js';
import { scopeFields } from '../../http/platform-scope.js';

const MAX_PRICE = 100_000_000;

const fields = {
  name: text(1, 200),
  description: text(0, 2_000).nullable(),
  duration_minutes: z.int().min(5).max(1_440),
  buffer_minutes: z.int().min(0).max(480),
  price: z.int().min(0).max(MAX_PRICE).meta({ description: 'In the currency’s minor unit.' }),
  currency: currencyInput(),
  active: z.boolean(),
};

export const createServiceBody = z.strictObject({
  ...scopeFields,
  name: fields.name,
  description: fields.description.default(null),
  duration_minutes: fields.duration_minutes,
  buffer_minutes: fields.buffer_minutes.default(0),
  price: fields.price.default(0),
  currency: fields.currency.default('USD'),
  active: fields.active.default(true),
});

/** The service's own tenant and mode are named beside the changes: an id alone could be another tenant's. */
export const updateServiceBody = z.strictObject({ ...scopeFields, ...z.object(fields).partial().shape });

export const serviceById = z.strictObject({ id: idInput('service') });

export const serviceListQuery = z.strictObject({
  ...pageFields,
  active: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
});
