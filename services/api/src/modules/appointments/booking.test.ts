import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appointmentSchema, fromPublicId, newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const STARTS_AT = '2030-05-01T09:00:00.000Z';
const booking = {
  customer: { name: 'Ada Lovelace', phone: '+14155550123', email: 'ada@example.com' },
  starts_at: STARTS_AT,
};
const book = (body: object, caller = tenant) => caller.post('/api/v1/appointments').send(body);

describe('POST /api/v1/appointments', () => {
  it('201: books for a customer given inline, for half an hour where no end is given', async () => {
    const answer = await book({ ...booking, notes: 'first visit' });
    const data = expectData(answer, 201, appointmentSchema.strict());
    expect(data).toMatchObject({
      status: 'booked',
      starts_at: STARTS_AT,
      ends_at: '2030-05-01T09:30:00.000Z',
      notes: 'first visit',
    });
    expect(data.customer).toEqual({ id: expect.stringMatching(/^cus_/), ...booking.customer });
  });

  it('201: books for a customer of the tenant given by id', async () => {
    const { customer } = expectData(await book(booking), 201, appointmentSchema);
    const second = await book({ customer_id: customer.id, starts_at: STARTS_AT, ends_at: '2030-05-01T11:15:00+02:00' });
    expect(expectData(second, 201, appointmentSchema)).toMatchObject({
      customer,
      notes: null,
      ends_at: '2030-05-01T09:15:00.000Z',
    });
  });

  it('201: writes appointment, event and outbox row, and the event holds what was answered', async () => {
    const answer = await book(booking).set('X-Request-Id', 'trace-42');
    const data = expectData(answer, 201, appointmentSchema);
    const rows = await api.database.query({
      text: `SELECT e.type, e.data, e.tenant_id, e.mode, e.request_id, o.event_id = e.id AS in_outbox
        FROM events e LEFT JOIN outbox o ON o.event_id = e.id WHERE e.data::json ->> 'id' = $1`,
      values: [data.id],
    });
    const event = {
      type: 'appointment.created',
      tenant_id: tenant.uuid,
      mode: 'live',
      request_id: 'trace-42',
      in_outbox: true,
    };
    expect(rows).toEqual([{ ...event, data: JSON.stringify(data) }]);
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.post('/api/v1/appointments').send(booking), 'unauthorized');
  });

  it('403: a key that may only read does not book', async () => {
    const reader = await api.createKey(tenant, { scopes: ['appointments:read', 'webhooks:manage'] });
    expect(expectError(await book(booking, reader), 'insufficient_scope').message).toContain('appointments:write');
  });

  it('422: takes a customer inline or by id, not both and not neither', async () => {
    expectInvalid(await book({ starts_at: STARTS_AT }), 'customer');
    expectInvalid(await book({ ...booking, customer_id: toPublicId('customer', newUuid()) }), 'customer');
  });

  it('422: another tenant’s customer is refused in the words for a customer that does not exist', async () => {
    const stranger = await api.createTenant({ name: 'Another business' });
    const { customer } = expectData(await book(booking, stranger), 201, appointmentSchema);
    const theirs = expectInvalid(await book({ customer_id: customer.id, starts_at: STARTS_AT }), 'customer_id');
    const missing = expectInvalid(
      await book({ customer_id: toPublicId('customer', newUuid()), starts_at: STARTS_AT }),
      'customer_id',
    );
    expect(theirs.details).toEqual(missing.details);
  });

  it('422: a customer made with a test key cannot be booked with a live one', async () => {
    const testMode = await api.createKey(tenant, { mode: 'test' });
    const { customer } = expectData(await book(booking, testMode), 201, appointmentSchema);
    expectInvalid(await book({ customer_id: customer.id, starts_at: STARTS_AT }), 'customer_id');
  });

  it('422: an appointment ends after it starts, and within 24 hours', async () => {
    for (const ends_at of [STARTS_AT, '2030-05-01T08:59:59Z', '2030-05-02T09:00:00.001Z']) {
      expectInvalid(await book({ ...booking, ends_at }), 'ends_at');
    }
    expectData(await book({ ...booking, ends_at: '2030-05-02T09:00:00Z' }), 201, appointmentSchema);
  });

  it.each([
    ['a time without a zone', { starts_at: '2030-05-01T09:00:00' }, 'starts_at'],
    ['a day that does not exist', { starts_at: '2030-02-30T09:00:00Z' }, 'starts_at'],
    ['a time before 1970', { starts_at: '1969-12-31T23:59:59Z' }, 'starts_at'],
    ['a number for a time', { starts_at: 1_900_000_000 }, 'starts_at'],
    ['a phone number that is not E.164', { customer: { name: 'Ada', phone: '0170 123' } }, 'customer.phone'],
    ['something that is no e-mail address', { customer: { name: 'Ada', email: 'ada@' } }, 'customer.email'],
    ['a customer without a name', { customer: { name: '' } }, 'customer.name'],
    ['a name with a NUL character', { customer: { name: 'A\u0000da' } }, 'customer.name'],
    ['a name with half a surrogate pair', { customer: { name: 'Ada \ud83d' } }, 'customer.name'],
    ['notes of more than 2,000 characters', { notes: 'x'.repeat(2_001) }, 'notes'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['an unknown field of the customer', { customer: { name: 'Ada', vip: true } }, 'customer.vip'],
  ])('422: refuses %s and names the field', async (_what, change, path) => {
    expectInvalid(await book({ ...booking, ...change }), path);
  });

  it('422: names everything that is wrong at once', async () => {
    expectInvalid(
      await book({ customer: { name: '' }, starts_at: 'soon', colour: 1 }),
      'customer.name',
      'starts_at',
      'colour',
    );
  });

  it('422: what is refused writes nothing', async () => {
    const other = await api.createTenant();
    await book({ ...booking, ends_at: STARTS_AT }, other);
    await book({ customer_id: toPublicId('customer', newUuid()), starts_at: STARTS_AT }, other);
    const counts = await api.database.query({
      text: `SELECT (SELECT count(*) FROM customers WHERE tenant_id = $1) + (SELECT count(*) FROM appointments WHERE tenant_id = $1)
        + (SELECT count(*) FROM events WHERE tenant_id = $1) AS rows`,
      values: [other.uuid],
    });
    expect(counts).toEqual([{ rows: 0 }]);
  });

  it('keeps any Unicode text as it was sent', async () => {
    const notes = 'Zoë 😀 مرحبا 日本\u2028\n\ttab, "quotes" and \\backslashes\\';
    const data = expectData(await book({ ...booking, notes }), 201, appointmentSchema);
    expect(data.notes).toBe(notes);
    expect(fromPublicId('appointment', data.id)).not.toBeNull();
  });
});
