import type { Database } from '@switchboard/db';
import { notFound, toPublicId, validationFailed } from '@switchboard/shared';
import { DateTime } from 'luxon';
import type { TenantScope } from '../../http/route.js';
import { findService } from '../services/repository.js';
import { findStaff, findStaffOffering, findTimeOff } from '../staff/repository.js';
import { findBusySpans } from './repository.js';
import { freeSlots } from './slots.js';
import type { SlotView } from './schemas.js';

export interface SlotsInput {
  service_id: string;
  staff_id?: string | undefined;
  /** A date in `timezone`, or a time. */
  from: string;
  to: string;
  timezone: string;
}

const MINUTE_MS = 60_000;
const MAX_SPAN_DAYS = 31;

export type SlotService = ReturnType<typeof createSlotService>;

export function createSlotService({ database, now = Date.now }: { database: Database; now?: () => number }) {
  return {
    /** When the service can be booked, in order of time. The past is not offered. */
    async find(tenant: TenantScope, input: SlotsInput): Promise<SlotView[]> {
      const service = await findService(database, tenant, input.service_id);
      if (!service?.active) throw notFound();
      if (input.staff_id !== undefined && !(await findStaff(database, tenant, input.staff_id))) throw notFound();
      const asked = spanOf(input);
      const span = { from_ms: Math.max(asked.from_ms, now()), to_ms: asked.to_ms };
      if (span.from_ms >= span.to_ms) return [];
      const staff = await findStaffOffering(database, tenant, { service_id: service.id, staff_id: input.staff_id });
      const ids = staff.map((member) => member.id);
      const { duration_ms, buffer_ms } = {
        duration_ms: service.duration_minutes * MINUTE_MS,
        buffer_ms: service.buffer_minutes * MINUTE_MS,
      };
      // What begins before the span may reach into it, and what begins in it may reach out of it.
      const window = { from: new Date(span.from_ms), to: new Date(span.to_ms + duration_ms + buffer_ms) };
      const [busy, timeOff] = await Promise.all([
        findBusySpans(database, tenant, ids, window),
        findTimeOff(database, tenant, ids, window),
      ]);
      const taken = [
        ...busy,
        ...timeOff.map((off) => ({ staff_id: off.staff_id, from: off.starts_at, to: off.ends_at })),
      ];
      const slots = freeSlots(
        staff.map((member) => ({
          ...member,
          busy: taken
            .filter((one) => one.staff_id === member.id)
            .map(({ from, to }) => ({ from_ms: from.getTime(), to_ms: to.getTime() })),
        })),
        { duration_ms, buffer_ms, span },
      );
      return slots.map(({ starts_at_ms, staff_ids }) => ({
        starts_at: new Date(starts_at_ms).toISOString(),
        ends_at: new Date(starts_at_ms + duration_ms).toISOString(),
        local_starts_at:
          DateTime.fromMillis(starts_at_ms, { zone: input.timezone }).toISO({ suppressMilliseconds: true }) ?? '',
        staff_ids: staff_ids.map((id) => toPublicId('staff', id)),
      }));
    },
  };
}

function spanOf({ from, to, timezone }: SlotsInput): { from_ms: number; to_ms: number } {
  const start = momentOf(from, timezone);
  // A date as the end means that day, whole.
  const end = isDate(to) ? momentOf(to, timezone).plus({ days: 1 }).startOf('day') : momentOf(to, timezone);
  if (end <= start) throw validationFailed([{ path: 'to', message: 'must be after from' }]);
  if (end > start.plus({ days: MAX_SPAN_DAYS })) {
    throw validationFailed([{ path: 'to', message: `must be within ${MAX_SPAN_DAYS} days of from` }]);
  }
  return { from_ms: start.toMillis(), to_ms: end.toMillis() };
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function momentOf(text: string, timezone: string): DateTime {
  return DateTime.fromISO(text, { zone: timezone });
}
