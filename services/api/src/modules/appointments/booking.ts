import type { Executor } from '@switchboard/db';
import { AppError, toPublicId, validationFailed } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';
import { findService, type ServiceRow } from '../services/repository.js';
import { findStaffOffering, findTimeOff, type StaffRow } from '../staff/repository.js';
import { findBusySpans, lockStaffForBooking } from './repository.js';
import { workingSpans } from './working-time.js';

const MINUTE_MS = 60_000;
/** How long an appointment lasts where neither its end nor its service says. */
const DEFAULT_DURATION_MINUTES = 30;
const MAX_DURATION_MS = 24 * 60 * MINUTE_MS;

export interface TimeWanted {
  starts_at: Date;
  ends_at: Date;
  busy_until: Date;
}

/** @throws AppError validation_failed where the service is none of the tenant's, or is not offered any more */
export async function requireService(
  executor: Executor,
  tenant: TenantScope,
  id: string | null,
): Promise<ServiceRow | null> {
  if (id === null) return null;
  const service = await findService(executor, tenant, id);
  if (!service) throw validationFailed([{ path: 'service_id', message: 'there is no service with this id' }]);
  if (!service.active)
    throw validationFailed([{ path: 'service_id', message: 'this service is not offered any more' }]);
  return service;
}

export function timeWanted(startsAt: Date, endsAt: Date | undefined, service: ServiceRow | null): TimeWanted {
  const durationMinutes = service?.duration_minutes ?? DEFAULT_DURATION_MINUTES;
  const end = endsAt ?? new Date(startsAt.getTime() + durationMinutes * MINUTE_MS);
  const durationMs = end.getTime() - startsAt.getTime();
  if (durationMs <= 0) throw validationFailed([{ path: 'ends_at', message: 'must be after starts_at' }]);
  if (durationMs > MAX_DURATION_MS)
    throw validationFailed([{ path: 'ends_at', message: 'must be within 24 hours of starts_at' }]);
  return {
    starts_at: startsAt,
    ends_at: end,
    busy_until: new Date(end.getTime() + (service?.buffer_minutes ?? 0) * MINUTE_MS),
  };
}

/**
 * Finds who takes the appointment, and holds that staff member's calendar until the transaction ends: the one asked
 * for, or the first who offers the service and is free. Without staff and service nobody's calendar is concerned.
 *
 * @param exceptId the appointment that is being moved: it is no obstacle to itself
 * @throws AppError slot_unavailable where nobody is free, validation_failed where the staff member cannot take it at all
 */
export async function holdStaff(
  transaction: Executor,
  tenant: TenantScope,
  wanted: { staff_id: string | null; service_id: string | null; time: TimeWanted; except_id?: string },
): Promise<string | null> {
  const { staff_id, service_id, time } = wanted;
  if (staff_id === null && service_id === null) return null;
  const candidates = await findStaffOffering(transaction, tenant, {
    staff_id: staff_id ?? undefined,
    service_id: service_id ?? undefined,
  });
  if (staff_id !== null && candidates.length === 0) {
    const message =
      service_id === null
        ? 'there is no active staff member with this id'
        : 'no active staff member with this id offers the service';
    throw validationFailed([{ path: 'staff_id', message }]);
  }
  for (const candidate of candidates) {
    await lockStaffForBooking(transaction, tenant, candidate.id);
    if (await isFree(transaction, tenant, candidate, { time, except_id: wanted.except_id })) return candidate.id;
  }
  throw slotUnavailable(staff_id, time);
}

export function slotUnavailable(staffId: string | null, time: Pick<TimeWanted, 'starts_at'>): AppError {
  const who = staffId === null ? 'Nobody who offers this service' : `The staff member ${toPublicId('staff', staffId)}`;
  return new AppError(
    'slot_unavailable',
    `${who} is free at ${time.starts_at.toISOString()}. Ask for slots and choose another time.`,
  );
}

async function isFree(
  executor: Executor,
  tenant: TenantScope,
  staff: StaffRow,
  { time, except_id }: { time: TimeWanted; except_id: string | undefined },
): Promise<boolean> {
  if (!isWithinWorkingHours(staff, time)) return false;
  const [busy, timeOff] = [
    await findBusySpans(executor, tenant, [staff.id], { from: time.starts_at, to: time.busy_until, except_id }),
    await findTimeOff(executor, tenant, [staff.id], { from: time.starts_at, to: time.busy_until }),
  ];
  return busy.length === 0 && timeOff.length === 0;
}

/** Staff without any hours have no slots to offer, but whoever books by hand may give them an appointment at any time. */
function isWithinWorkingHours(staff: StaffRow, time: TimeWanted): boolean {
  if (staff.working_hours.length === 0) return true;
  const wanted = { from_ms: time.starts_at.getTime(), to_ms: time.ends_at.getTime() };
  return workingSpans(staff.working_hours, staff.timezone, wanted).some(
    (stretch) => stretch.from_ms <= wanted.from_ms && wanted.to_ms <= stretch.to_ms,
  );
}
