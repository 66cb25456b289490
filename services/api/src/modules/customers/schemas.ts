import { emailInput, idInput, phoneInput, text } from '@switchboard/shared';
import { z } from 'zod';
import { pageFields } from '../../http/pagination.js';

const fields = {
  name: text(1, 200),
  phone: phoneInput().nullable(),
  email: emailInput().nullable(),
  notes: text(0, 2_000).nullable(),
};

export const createCustomerBody = z
  .strictObject({
    name: fields.name,
    phone: fields.phone.optional(),
    email: fields.email.optional(),
    notes: fields.notes.optional(),
  })
  .meta({ example: { name: 'Ann Example', phone: '+14155552671', email: 'ann@example.com' } });

/** Inside a booking: somebody new. */
export const inlineCustomer = createCustomerBody.omit({ notes: true });

export const updateCustomerBody = z
  .strictObject(fields)
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'change at least one field')
  .meta({ minProperties: 1, example: { phone: '+14155552671', notes: 'Prefers mornings' } });

export const customerById = z.strictObject({ id: idInput('customer') });

export const customerListQuery = z.strictObject({
  ...pageFields,
  search: text(1, 100).optional().meta({ description: 'Anywhere in name, phone or e-mail.' }),
  phone: phoneInput().optional(),
  email: emailInput().optional(),
});
