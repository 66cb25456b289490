import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { appointmentSchema, newUuid, toPublicId } from '@switchboard/shared';
import { z } from 'zod';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { appointmentPath, createScheduling, everyDay, type Scheduling } from '../../testing/scheduling.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { slotSchema, type SlotView } from './schemas.js';

let api: TestApi;
let scheduling: Scheduling;
let tenant: Tenant;
let service_id: string;

beforeAll(async () => {
  api = await startTestApi();
  scheduling = createScheduling(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
  service_id = await scheduling.createService(tenant);
});

const DAY = '2030-05-01';
const addStaff = (from = '09:00', to = '10:00', change = {}) =>
  scheduling.createStaff(tenant, { service_ids: [service_id], working_hours: everyDay(from, to), ...change });

const ask = (query: object, caller = tenant) =>
  caller.get('/api/v1/appointments/slots').query({ service_id, from: DAY, to: DAY, ...query });
const slotsOf = async (query: object = {}): Promise<SlotView[]> =>
  expectData(await ask(query), 200, z.array(slotSchema.strict()));
const clock = (slots: SlotView[]) => slots.map((slot) => slot.local_starts_at.slice(0, 16));

describe('GET /api/v1/appointments/slots', () => {
  it('200: tells when, until when, by whose clock and who is free', async () => {
    const staff = await addStaff('09:00', '09:30', { timezone: 'America/New_York' });
    expect(await slotsOf({ timezone: 'Europe/Berlin' })).toEqual([
      {
        starts_at: '2030-05-01T13:00:00.000Z',
        ends_at: '2030-05-01T13:30:00.000Z',
        local_starts_at: '2030-05-01T15:00:00+02:00',
        staff_ids: [staff],
      },
    ]);
  });

  it('200: a date as `to` means that day, whole; a time means that moment', async () => {
    await addStaff('09:00', '09:30');
    expect(clock(await slotsOf({ from: DAY, to: '2030-05-02' }))).toEqual([`${DAY}T09:00`, '2030-05-02T09:00']);
    expect(clock(await slotsOf({ from: DAY, to: '2030-05-02T09:00:00Z' }))).toEqual([`${DAY}T09:00`]);
    expect(await slotsOf({ from: `${DAY}T09:00:00.001Z`, to: DAY })).toEqual([]);
  });

  it('200: a date is a day in `timezone`, UTC where none is named', async () => {
    await addStaff('23:00', '24:00');
    expect(clock(await slotsOf({}))).toEqual([`${DAY}T23:00`, `${DAY}T23:15`, `${DAY}T23:30`]);
    const inTokyo = await slotsOf({ timezone: 'Asia/Tokyo' });
    expect(clock(inTokyo)).toEqual([`${DAY}T08:00`, `${DAY}T08:15`, `${DAY}T08:30`]);
    expect(inTokyo[0]?.starts_at).toBe('2030-04-30T23:00:00.000Z');
  });

  it('200: a working day on the days the clocks change, by the local clock with its offset', async () => {
    await addStaff('09:00', '09:30', { timezone: 'America/New_York' });
    const timezone = 'America/New_York';
    const spring = await slotsOf({ from: '2030-03-09', to: '2030-03-10', timezone });
    expect(spring.map((slot) => slot.local_starts_at)).toEqual([
      '2030-03-09T09:00:00-05:00',
      '2030-03-10T09:00:00-04:00',
    ]);
    const autumn = await slotsOf({ from: '2030-11-02', to: '2030-11-03', timezone });
    expect(autumn.map((slot) => slot.starts_at)).toEqual(['2030-11-02T13:00:00.000Z', '2030-11-03T14:00:00.000Z']);
  });

  it('200: merges those who offer the service, and can be asked for one of them', async () => {
    const [dana, eli] = [await addStaff('09:00', '09:45'), await addStaff('09:15', '09:45')];
    await scheduling.createStaff(tenant);
    expect((await slotsOf()).map((slot) => slot.staff_ids)).toEqual([[dana], [dana, eli]]);
    expect((await slotsOf({ staff_id: eli })).map((slot) => slot.staff_ids)).toEqual([[eli]]);
  });

  it('200: offers neither what is booked nor what is time off, and what was cancelled again', async () => {
    const staff_id = await addStaff('09:00', '11:00');
    const body = { customer: { name: 'Ada' }, service_id, staff_id, starts_at: `${DAY}T09:30:00Z` };
    const booked = expectData(await tenant.post('/api/v1/appointments').send(body), 201, appointmentSchema);
    await scheduling.addTimeOff(tenant, staff_id, `${DAY}T10:15:00Z`, `${DAY}T10:30:00Z`);
    expect(clock(await slotsOf())).toEqual([`${DAY}T09:00`, `${DAY}T10:30`]);
    await tenant.delete(appointmentPath(booked));
    expect(clock(await slotsOf())).toHaveLength(5);
  });

  it('200: nothing of staff or services that are not active, and nothing of another mode', async () => {
    const staff = await addStaff();
    await api.platform.patch(`/platform/v1/staff/${staff}`).send({ tenant_id: tenant.id, active: false });
    expect(await slotsOf()).toEqual([]);
    expectError(await ask({}, await api.createKey(tenant, { mode: 'test' })), 'not_found');
    await api.platform.patch(`/platform/v1/services/${service_id}`).send({ tenant_id: tenant.id, active: false });
    expectError(await ask({}), 'not_found');
  });

  it('200: the past is not offered, not even within a span that reaches into it', async () => {
    await addStaff('00:00', '24:00');
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    expect(await slotsOf({ from: day(-3), to: day(-2) })).toEqual([]);
    const asked = new Date().toISOString();
    const slots = await slotsOf({ from: day(-1), to: day(1) });
    expect(slots.length).toBeGreaterThan(90);
    expect(slots.filter((slot) => slot.starts_at < asked)).toEqual([]);
  });

  it('401, 403: without a key, and with one that may not read appointments', async () => {
    expectError(await api.http.get('/api/v1/appointments/slots').query({ service_id }), 'unauthorized');
    const reader = await api.createKey(tenant, { scopes: ['services:read', 'appointments:write'] });
    expectError(await ask({}, reader), 'insufficient_scope');
  });

  it('404: a service or staff member that is not the tenant’s own', async () => {
    const stranger = await api.createTenant();
    expectError(await ask({ service_id: await scheduling.createService(stranger) }), 'not_found');
    expectError(await ask({ staff_id: await scheduling.createStaff(stranger) }), 'not_found');
    expectError(await ask({ service_id: toPublicId('service', newUuid()) }), 'not_found');
  });

  it('422: a span that is empty, reversed or longer than 31 days', async () => {
    for (const to of ['2030-04-30', `${DAY}T00:00:00Z`, '2030-06-01', '2030-06-01T00:00:01Z'])
      expectInvalid(await ask({ to }), 'to');
    expect((await ask({ to: '2030-05-31' })).status).toBe(200);
  });

  it.each([
    ['no day', { from: '2030-02-30' }, 'from'],
    ['a time without a zone', { to: '2030-05-01T09:00:00' }, 'to'],
    ['an unknown time zone', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['an offset for a time zone', { timezone: '+02:00' }, 'timezone'],
    ['an id of another kind', { staff_id: 'svc_1' }, 'staff_id'],
    ['an unknown parameter', { colour: 'red' }, 'colour'],
  ])('422: %s', async (_what, query, path) => {
    expectInvalid(await ask(query), path);
  });

  it('the last and the first day of the calendar are no fault of ours', async () => {
    await addStaff('00:00', '24:00');
    for (const day of ['9999-12-31', '0001-01-01', '0000-01-01', '2199-12-31'])
      expect((await ask({ from: day, to: day, timezone: 'America/New_York' })).status).toBeLessThan(500);
  });
});

describe('what is offered', () => {
  it('can be booked, each slot with each staff member; what is not offered cannot', async () => {
    service_id = await scheduling.createService(tenant, { duration_minutes: 30, buffer_minutes: 10 });
    const short = await scheduling.createService(tenant, { duration_minutes: 45 });
    const working_hours = [...everyDay('08:00', '11:00'), ...everyDay('12:30', '15:00')];
    const service_ids = [service_id, short];
    const dana = await scheduling.createStaff(tenant, { service_ids, working_hours, timezone: 'Europe/Berlin' });
    const eli = await scheduling.createStaff(tenant, { service_ids, working_hours: everyDay('06:15', '09:00') });
    const attempt = (staff_id: string, starts_at: string, service = service_id) =>
      tenant.post('/api/v1/appointments').send({ customer: { name: 'Ada' }, service_id: service, staff_id, starts_at });
    for (const time of ['07:00', '11:15']) expect((await attempt(dana, `${DAY}T${time}:00Z`, short)).status).toBe(201);
    expect((await attempt(eli, `${DAY}T07:30:00Z`)).status).toBe(201);
    await scheduling.addTimeOff(tenant, dana, `${DAY}T12:20:00Z`, `${DAY}T12:25:00Z`);

    const offered = new Set(
      (await slotsOf()).flatMap((slot) => slot.staff_ids.map((staff) => `${slot.starts_at} ${staff}`)),
    );
    expect(offered.size).toBeGreaterThan(8);
    const booked = new Set<string>();
    for (let ms = Date.parse(`${DAY}T05:30:00Z`); ms < Date.parse(`${DAY}T13:30:00Z`); ms += 15 * 60_000) {
      const starts_at = new Date(ms).toISOString();
      for (const staff of [dana, eli]) {
        const answer = await attempt(staff, starts_at);
        if (answer.status === 201) {
          booked.add(`${starts_at} ${staff}`);
          await tenant.delete(appointmentPath(answer.body.data as { id: string }));
        } else expectError(answer, 'slot_unavailable');
      }
    }
    expect([...booked].sort()).toEqual([...offered].sort());
  });
});
