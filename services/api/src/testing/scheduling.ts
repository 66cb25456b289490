import { serviceSchema, staffSchema, WEEKDAYS, type AppointmentView, type WorkingHours } from '@switchboard/shared';
import { expectData } from './answers.js';
import type { Tenant } from './actors.js';
import type { TestApi } from './test-api.js';

/** What the platform's own systems write before a tenant can book: services, staff, time off. */
export interface Scheduling {
  /** Half an hour without buffer where nothing is said. @returns `svc_...` */
  createService(tenant: Tenant, change?: object): Promise<string>;
  /** At work around the clock, UTC, where nothing is said. @returns `stf_...` */
  createStaff(tenant: Tenant, change?: object): Promise<string>;
  addTimeOff(tenant: Tenant, staffId: string, starts_at: string, ends_at: string): Promise<void>;
}

/** The same hours on every day of the week. */
export function everyDay(from: string, to: string): WorkingHours[] {
  return WEEKDAYS.map((weekday) => ({ weekday, from, to }));
}

export function createScheduling(api: TestApi): Scheduling {
  return {
    createService: async (tenant, change = {}) => {
      const body = { tenant_id: tenant.id, name: 'Consultation', duration_minutes: 30, ...change };
      return expectData(await api.platform.post('/platform/v1/services').send(body), 201, serviceSchema).id;
    },
    createStaff: async (tenant, change = {}) => {
      const body = { tenant_id: tenant.id, name: 'Dana', working_hours: everyDay('00:00', '24:00'), ...change };
      return expectData(await api.platform.post('/platform/v1/staff').send(body), 201, staffSchema).id;
    },
    addTimeOff: async (tenant, staffId, starts_at, ends_at) => {
      const body = { tenant_id: tenant.id, starts_at, ends_at };
      const answer = await api.platform.post(`/platform/v1/staff/${staffId}/time-off`).send(body);
      if (answer.status !== 201) throw new Error(`The time off was not taken: ${answer.text}`);
    },
  };
}

/** The events about one resource, in the order they happened, with the data their receivers get. */
export async function eventsAbout(api: TestApi, id: string): Promise<{ type: string; data: unknown }[]> {
  const rows = await api.database.query<{ type: string; data: string }>({
    text: `SELECT type, data FROM events WHERE data::json ->> 'id' = $1 ORDER BY id`,
    values: [id],
  });
  return rows.map(({ type, data }) => ({ type, data: JSON.parse(data) as unknown }));
}

/** How many answers had each status. */
export function tally(answers: readonly { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export const appointmentPath = ({ id }: Pick<AppointmentView, 'id'>) => `/api/v1/appointments/${id}`;
