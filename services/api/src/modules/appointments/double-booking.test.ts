import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { appointmentSchema, newUuid, type AppointmentView } from '@switchboard/shared';
import { expectData, expectError } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf } from '../../testing/deliveries.js';
import { appointmentPath, createScheduling, tally, times, type Scheduling } from '../../testing/scheduling.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let scheduling: Scheduling;
let tenant: Tenant;
let service_id: string;
let staff_id: string;

beforeAll(async () => {
  api = await startTestApi();
  scheduling = createScheduling(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
  service_id = await scheduling.createService(tenant);
  staff_id = await scheduling.createStaff(tenant, { service_ids: [service_id] });
});

const AT = '2030-05-01T09:00:00.000Z';
/** 50 bookings one after the other take about half a second; a deadlock alone would take one. */
const FEW_SECONDS_MS = 8_000;

const book = (body: object) =>
  tenant.post('/api/v1/appointments').send({ customer: { name: 'Ada' }, starts_at: AT, ...body });
const booked = async (body: object): Promise<AppointmentView> => expectData(await book(body), 201, appointmentSchema);
const move = (appointment: AppointmentView, change: object) => tenant.patch(appointmentPath(appointment)).send(change);

async function activeRows(): Promise<number | undefined> {
  const [row] = await api.database.query<{ count: number }>({
    text: `SELECT count(*) FROM appointments WHERE tenant_id = $1 AND status IN ('booked', 'confirmed') AND starts_at = $2`,
    values: [tenant.uuid, AT],
  });
  return row?.count;
}

async function bookFiftyTimes(body: object) {
  const begun = performance.now();
  const answers = await Promise.all(times(50, () => book(body)));
  expect(performance.now() - begun).toBeLessThan(FEW_SECONDS_MS);
  for (const answer of answers) if (answer.status !== 201) expectError(answer, 'slot_unavailable');
  return tally(answers);
}

describe('fifty bookings of one slot at once', () => {
  it('of one staff member and service: one 201 and 49 times slot_unavailable, and one row', async () => {
    expect(await bookFiftyTimes({ staff_id, service_id })).toEqual({ 201: 1, 409: 49 });
    expect(await activeRows()).toBe(1);
  });

  it('by service alone, with one staff member who offers it: the same', async () => {
    expect(await bookFiftyTimes({ service_id })).toEqual({ 201: 1, 409: 49 });
    expect(await activeRows()).toBe(1);
  });

  it('by service alone, with two staff members who offer it: two, one each', async () => {
    const second = await scheduling.createStaff(tenant, { service_ids: [service_id] });
    expect(await bookFiftyTimes({ service_id })).toEqual({ 201: 2, 409: 48 });
    const rows = await api.database.query<{ staff_id: string }>({
      text: 'SELECT staff_id FROM appointments WHERE tenant_id = $1',
      values: [tenant.uuid],
    });
    expect(new Set(rows.map((row) => row.staff_id))).toEqual(
      new Set([uuidOf('staff', staff_id), uuidOf('staff', second)]),
    );
  });

  it('that overlap without being the same: as many as fit one after the other, and never two at once', async () => {
    const minutes = (index: number) => new Date(Date.parse(AT) + index * 60_000).toISOString();
    const answers = await Promise.all(times(50, (index) => book({ staff_id, service_id, starts_at: minutes(index) })));
    expect(Object.keys(tally(answers)).sort()).toEqual(['201', '409']);
    const starts = answers
      .filter(({ status }) => status === 201)
      .map(({ body }) => Date.parse(body.data.starts_at as string))
      .sort((a, b) => a - b);
    for (const [index, start] of starts.slice(1).entries())
      expect(start - (starts[index] as number)).toBeGreaterThanOrEqual(30 * 60_000);
  });

  it('leave no trace of the refused ones: no customer, no event', async () => {
    await bookFiftyTimes({ staff_id, service_id });
    const [counts] = await api.database.query({
      text: `SELECT (SELECT count(*) FROM customers WHERE tenant_id = $1) AS customers,
        (SELECT count(*) FROM events WHERE tenant_id = $1 AND type = 'appointment.created') AS events`,
      values: [tenant.uuid],
    });
    expect(counts).toEqual({ customers: 1, events: 1 });
  });
});

describe('fifty appointments moved to one slot at once', () => {
  it('one arrives, 49 are told slot_unavailable and stay where they were', async () => {
    const day = (index: number) => new Date(Date.parse(AT) + (index + 1) * 86_400_000).toISOString();
    const appointments = await Promise.all(
      times(50, (index) => booked({ staff_id, service_id, starts_at: day(index) })),
    );
    const begun = performance.now();
    const answers = await Promise.all(appointments.map((appointment) => move(appointment, { starts_at: AT })));
    expect(performance.now() - begun).toBeLessThan(FEW_SECONDS_MS);
    expect(tally(answers)).toEqual({ 200: 1, 409: 49 });
    for (const answer of answers) if (answer.status === 409) expectError(answer, 'slot_unavailable');
    expect(await activeRows()).toBe(1);
    const all = await tenant.get('/api/v1/appointments?per_page=100&starts_at[gte]=2030-05-02T00:00:00Z');
    expect(all.body.meta.total).toBe(49);
  });
});

describe('the exclusion constraint', () => {
  const insert = (starts: string, ends: string, busyUntil = ends, status = 'booked') =>
    api.database.query({
      text: `INSERT INTO appointments
          (id, tenant_id, mode, customer_id, staff_id, status, starts_at, ends_at, busy_until, created_at, updated_at)
        SELECT $1, tenant_id, mode, customer_id, staff_id, $5, $2, $3, $4, now(), now()
        FROM appointments WHERE tenant_id = $6 LIMIT 1`,
      values: [newUuid(), starts, ends, busyUntil, status, tenant.uuid],
    });

  it('refuses a second row that overlaps, whatever wrote it', async () => {
    await booked({ staff_id, service_id });
    const refused = { code: '23P01', constraint: 'appointments_no_double_booking' };
    await expect(insert(AT, '2030-05-01T09:30:00Z')).rejects.toMatchObject(refused);
    await expect(insert('2030-05-01T08:59:00Z', '2030-05-01T09:00:00.001Z')).rejects.toMatchObject(refused);
    await expect(insert('2030-05-01T08:30:00Z', AT, '2030-05-01T09:10:00Z')).rejects.toMatchObject(refused);
  });

  it('lets rows that touch, and rows that do not count any more', async () => {
    await booked({ staff_id, service_id });
    await insert('2030-05-01T08:30:00Z', AT);
    await insert('2030-05-01T09:30:00Z', '2030-05-01T10:00:00Z');
    for (const status of ['cancelled', 'no_show', 'completed'])
      await insert(AT, '2030-05-01T09:30:00Z', undefined, status);
  });
});

describe('a slot', () => {
  it('is taken with the buffer behind it: who comes within it is refused, who comes after it is not', async () => {
    const withBuffer = await scheduling.createService(tenant, { buffer_minutes: 15 });
    const dana = await scheduling.createStaff(tenant, { service_ids: [withBuffer, service_id] });
    const at = (starts_at: string, service = withBuffer) => book({ staff_id: dana, service_id: service, starts_at });
    expect((await at(AT)).status).toBe(201);
    expectError(await at('2030-05-01T09:30:00Z', service_id), 'slot_unavailable');
    expectError(await at('2030-05-01T09:44:59Z', service_id), 'slot_unavailable');
    expect((await at('2030-05-01T09:45:00Z', service_id)).status).toBe(201);
    // The buffer behind the earlier one must be free as well.
    expectError(await at('2030-05-01T08:30:00Z'), 'slot_unavailable');
    expect((await at('2030-05-01T08:15:00Z')).status).toBe(201);
  });

  it('next to one that is taken is free', async () => {
    await booked({ staff_id, service_id });
    await booked({ staff_id, service_id, starts_at: '2030-05-01T09:30:00Z' });
    await booked({ staff_id, service_id, starts_at: '2030-05-01T08:30:00Z' });
  });

  it('is free again once its appointment is cancelled', async () => {
    const first = await booked({ staff_id, service_id });
    expectError(await book({ staff_id, service_id }), 'slot_unavailable');
    expect((await tenant.delete(appointmentPath(first))).status).toBe(200);
    await booked({ staff_id, service_id });
  });

  it('that is taken is refused to who is moved there; one’s own is no obstacle', async () => {
    await booked({ staff_id, service_id });
    const later = await booked({ staff_id, service_id, starts_at: '2030-05-01T10:00:00Z' });
    expectError(await move(later, { starts_at: AT }), 'slot_unavailable');
    expectError(await move(later, { starts_at: '2030-05-01T09:29:00Z' }), 'slot_unavailable');
    expect(expectData(await tenant.get(appointmentPath(later)), 200, appointmentSchema)).toEqual(later);
    expectData(await move(later, { starts_at: '2030-05-01T10:15:00Z' }), 200, appointmentSchema);
    expectData(await move(later, { starts_at: '2030-05-01T10:15:00Z' }), 200, appointmentSchema);
  });

  it('of one staff member is refused to an appointment that is handed over to them', async () => {
    const other = await scheduling.createStaff(tenant, { service_ids: [service_id] });
    await booked({ staff_id, service_id });
    const theirs = await booked({ staff_id: other, service_id });
    expectError(await move(theirs, { staff_id }), 'slot_unavailable');
  });
});
