import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  APPOINTMENT_STATUSES,
  appointmentSchema,
  newUuid,
  toPublicId,
  type AppointmentStatus,
  type AppointmentView,
} from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf } from '../../testing/deliveries.js';
import { appointmentPath, createScheduling, eventsAbout, type Scheduling } from '../../testing/scheduling.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let scheduling: Scheduling;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  scheduling = createScheduling(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
});

const AT = '2030-05-01T09:00:00.000Z';
const LATER = '2030-05-01T12:00:00.000Z';

async function book(body: object = {}): Promise<AppointmentView> {
  const answer = await tenant.post('/api/v1/appointments').send({ customer: { name: 'Ada' }, starts_at: AT, ...body });
  return expectData(answer, 201, appointmentSchema);
}
const patch = (appointment: AppointmentView, change: object, caller = tenant) =>
  caller.patch(appointmentPath(appointment)).send(change);
const changed = async (appointment: AppointmentView, change: object): Promise<AppointmentView> =>
  expectData(await patch(appointment, change), 200, appointmentSchema.strict());

async function bookedAs(status: AppointmentStatus): Promise<AppointmentView> {
  const appointment = await book();
  const values = [uuidOf('appointment', appointment.id), status];
  await api.database.query({ text: 'UPDATE appointments SET status = $2 WHERE id = $1', values });
  return { ...appointment, status };
}

/** What happened after the booking. */
const eventsAfterBooking = async ({ id }: AppointmentView) => (await eventsAbout(api, id)).slice(1);

const MAY_BECOME: Record<AppointmentStatus, AppointmentStatus[]> = {
  booked: ['confirmed', 'completed', 'no_show', 'cancelled'],
  confirmed: ['completed', 'no_show', 'cancelled'],
  completed: [],
  no_show: [],
  cancelled: [],
};
const pairs = APPOINTMENT_STATUSES.flatMap((from) => APPOINTMENT_STATUSES.map((to) => ({ from, to })));

describe('a change of status', () => {
  it.each(pairs.filter(({ from, to }) => MAY_BECOME[from].includes(to)))('200: $from to $to', async ({ from, to }) => {
    const before = await bookedAs(from);
    const after = await changed(before, { status: to });
    expect(after).toEqual({ ...before, status: to, updated_at: after.updated_at });
    const type = to === 'cancelled' || to === 'completed' ? `appointment.${to}` : 'appointment.updated';
    expect(await eventsAfterBooking(before)).toEqual([{ type, data: after }]);
  });

  it.each(pairs.filter(({ from, to }) => from !== to && !MAY_BECOME[from].includes(to)))(
    '409: $from to $to, naming what it may become',
    async ({ from, to }) => {
      const before = await bookedAs(from);
      const error = expectError(await patch(before, { status: to }), 'conflict');
      expect(error.details).toEqual(MAY_BECOME[from].map((status) => ({ path: 'status', message: status })));
      for (const allowed of MAY_BECOME[from]) expect(error.message).toContain(allowed);
      expect((await tenant.get(appointmentPath(before))).body.data).toMatchObject({ status: from });
      expect(await eventsAfterBooking(before)).toEqual([]);
    },
  );

  it.each(APPOINTMENT_STATUSES)('200: %s to itself changes nothing and emits nothing', async (status) => {
    const before = await bookedAs(status);
    expect(await changed(before, { status })).toEqual(before);
    expect(await eventsAfterBooking(before)).toEqual([]);
  });

  it.each(['completed', 'no_show', 'cancelled'] as const)('409: what is %s cannot be moved', async (status) => {
    expectError(await patch(await bookedAs(status), { starts_at: LATER }), 'conflict');
  });
});

describe('a change of time, staff or service', () => {
  it('moves with its length kept, and tells so with appointment.rescheduled', async () => {
    const before = await book({ ends_at: '2030-05-01T09:50:00Z' });
    const after = await changed(before, { starts_at: LATER });
    expect(after).toMatchObject({ starts_at: LATER, ends_at: '2030-05-01T12:50:00.000Z' });
    expect(await eventsAfterBooking(before)).toEqual([{ type: 'appointment.rescheduled', data: after }]);
  });

  it('to another end alone, or to another staff member alone, is a move as well', async () => {
    const [dana, eli] = [await scheduling.createStaff(tenant), await scheduling.createStaff(tenant)];
    const before = await book({ staff_id: dana });
    const longer = await changed(before, { ends_at: '2030-05-01T10:00:00Z' });
    const handedOver = await changed(before, { staff_id: eli });
    expect(handedOver).toMatchObject({ staff_id: eli, ends_at: longer.ends_at });
    expect(await eventsAfterBooking(before)).toEqual([
      { type: 'appointment.rescheduled', data: longer },
      { type: 'appointment.rescheduled', data: handedOver },
    ]);
  });

  it('to another service takes that one’s duration', async () => {
    const [half, whole] = [
      await scheduling.createService(tenant),
      await scheduling.createService(tenant, { duration_minutes: 60 }),
    ];
    const staff_id = await scheduling.createStaff(tenant, { service_ids: [half, whole] });
    const before = await book({ service_id: half, staff_id });
    expect(await changed(before, { service_id: whole })).toMatchObject({ ends_at: '2030-05-01T10:00:00.000Z' });
  });

  it('together with a status emits both events, each once, with the same data', async () => {
    const before = await book();
    const after = await changed(before, { starts_at: LATER, status: 'completed', notes: 'came later' });
    expect(await eventsAfterBooking(before)).toEqual([
      { type: 'appointment.rescheduled', data: after },
      { type: 'appointment.completed', data: after },
    ]);
  });

  it('of the notes is appointment.updated; null empties them', async () => {
    const before = await book({ notes: 'first visit' });
    const after = await changed(before, { notes: null });
    expect(after.notes).toBeNull();
    expect(await eventsAfterBooking(before)).toEqual([{ type: 'appointment.updated', data: after }]);
  });

  it('to what it is already changes nothing and emits nothing', async () => {
    const staff_id = await scheduling.createStaff(tenant);
    const before = await book({ staff_id, notes: 'x' });
    const { starts_at, ends_at, status, notes } = before;
    for (const same of [{ starts_at }, { ends_at }, { staff_id }, { notes }, { starts_at, ends_at, status, staff_id }])
      expect(await changed(before, same)).toEqual(before);
    expect(await eventsAfterBooking(before)).toEqual([]);
  });

  it('422: what does not exist, does not fit or is unknown is refused by name', async () => {
    const before = await book();
    const stranger = await api.createTenant();
    const staff_id = await scheduling.createStaff(stranger);
    expectInvalid(await patch(before, { staff_id }), 'staff_id');
    expectInvalid(await patch(before, { service_id: toPublicId('service', newUuid()) }), 'service_id');
    expectInvalid(await patch(before, { ends_at: AT }), 'ends_at');
    expectInvalid(await patch(before, { status: 'lost' }), 'status');
    expectInvalid(await patch(before, {}), '');
    expectInvalid(await patch(before, { notes: 'x', tenant_id: stranger.id, id: before.id }), 'tenant_id', 'id');
    expect(await eventsAfterBooking(before)).toEqual([]);
  });

  it('401, 403, 404: nobody else changes it', async () => {
    const before = await book();
    expectError(await api.http.patch(appointmentPath(before)).send({ notes: 'x' }), 'unauthorized');
    const reader = await api.createKey(tenant, { scopes: ['appointments:read'] });
    expectError(await patch(before, { notes: 'x' }, reader), 'insufficient_scope');
    expectError(await patch(before, { notes: 'x' }, await api.createTenant()), 'not_found');
    expectError(await patch(before, { notes: 'x' }, await api.createKey(tenant, { mode: 'test' })), 'not_found');
  });
});

describe('GET /api/v1/appointments', () => {
  const list = async (query: object) => {
    const answer = await tenant.get('/api/v1/appointments').query(query);
    expect(answer.status).toBe(200);
    return { ids: (answer.body.data as AppointmentView[]).map(({ id }) => id), meta: answer.body.meta };
  };

  it('filters by status, customer, staff, service and start, one by one and together', async () => {
    const service_id = await scheduling.createService(tenant);
    const staff_id = await scheduling.createStaff(tenant, { service_ids: [service_id] });
    const plain = await book();
    const served = await book({ service_id, staff_id, starts_at: LATER });
    const customer_id = plain.customer.id;
    await changed(plain, { status: 'confirmed' });
    const expected: [object, AppointmentView[]][] = [
      [{}, [plain, served]],
      [{ status: 'confirmed' }, [plain]],
      [{ status: 'cancelled' }, []],
      [{ customer_id }, [plain]],
      [{ staff_id }, [served]],
      [{ service_id }, [served]],
      [{ 'starts_at[gte]': LATER }, [served]],
      [{ 'starts_at[lt]': LATER }, [plain]],
      [{ 'starts_at[gte]': AT, 'starts_at[lt]': LATER, status: 'confirmed', customer_id }, [plain]],
      [{ staff_id, customer_id }, []],
    ];
    for (const [query, found] of expected) {
      const { ids, meta } = await list(query);
      expect({ query, ids, total: meta.total }).toEqual({
        query,
        ids: found.map(({ id }) => id),
        total: found.length,
      });
    }
  });

  it('sorts by creation or start, both ways', async () => {
    const [a, b, c] = [
      await book({ starts_at: LATER }),
      await book(),
      await book({ starts_at: '2030-06-01T09:00:00Z' }),
    ];
    const sorted = async (sort: string) => (await list({ sort })).ids;
    expect(await sorted('created_at')).toEqual([a.id, b.id, c.id]);
    expect(await sorted('-created_at')).toEqual([c.id, b.id, a.id]);
    expect(await sorted('starts_at')).toEqual([b.id, a.id, c.id]);
    expect(await sorted('-starts_at')).toEqual([c.id, a.id, b.id]);
  });

  it.each(['starts_at', '-starts_at', 'created_at', '-created_at'])(
    'pages by %s show each row once, also where all are equal',
    async (sort) => {
      const made = [];
      for (let count = 0; count < 7; count += 1) made.push((await book()).id);
      const values = [tenant.uuid];
      await api.database.query({ text: 'UPDATE appointments SET created_at = now() WHERE tenant_id = $1', values });
      const pages = [];
      for (const page of [1, 2, 3, 4]) pages.push((await list({ sort, page, per_page: 2 })).ids);
      expect(pages.map((ids) => ids.length)).toEqual([2, 2, 2, 1]);
      const sorted = [...made].sort();
      expect(pages.flat()).toEqual(sort.startsWith('-') ? sorted.reverse() : sorted);
    },
  );

  it('422: filters that are none are refused by name', async () => {
    const bad = { status: 'lost', sort: 'name', customer_id: 'x', 'starts_at[gte]': 'soon', 'starts_at[gt]': AT };
    expectInvalid(await tenant.get('/api/v1/appointments').query(bad), ...Object.keys(bad));
  });
});
