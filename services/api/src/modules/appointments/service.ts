import { isExclusionViolation, type Database, type Executor } from '@switchboard/db';
import {
  APPOINTMENT_TRANSITIONS,
  AppError,
  fromPublicId,
  newUuid,
  notFound,
  validationFailed,
  type AppointmentStatus,
  type AppointmentView,
  type ListMeta,
} from '@switchboard/shared';
import { withoutUndefined } from '../../http/changes.js';
import { requireMatch } from '../../http/etag.js';
import { pageMeta, type PageRequest } from '../../http/pagination.js';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Commit, Committer } from '../../publishing/committer.js';
import { findCustomer } from '../customers/repository.js';
import { addCustomer } from '../customers/service.js';
import { holdStaff, requireService, slotUnavailable, timeWanted } from './booking.js';
import { eventsOf } from './events.js';
import { toAppointmentView } from './presenter.js';
import {
  findAppointment,
  insertAppointment,
  listAppointments,
  lockAppointment,
  updateAppointment,
  type AppointmentFields,
  type AppointmentFilter,
  type AppointmentOrder,
  type AppointmentRow,
} from './repository.js';

export interface AppointmentServiceDeps {
  database: Database;
  commit: Committer;
}

export interface BookingInput {
  customer_id?: string | undefined;
  customer?: { name: string; phone?: string | null | undefined; email?: string | null | undefined } | undefined;
  staff_id?: string | undefined;
  service_id?: string | undefined;
  starts_at: Date;
  ends_at?: Date | undefined;
  notes?: string | null | undefined;
}

export interface AppointmentChanges {
  status?: AppointmentStatus | undefined;
  starts_at?: Date | undefined;
  ends_at?: Date | undefined;
  staff_id?: string | null | undefined;
  service_id?: string | null | undefined;
  notes?: string | null | undefined;
}

type Placing = Pick<AppointmentChanges, 'starts_at' | 'ends_at' | 'staff_id' | 'service_id'>;

export type AppointmentService = ReturnType<typeof createAppointmentService>;

export function createAppointmentService({ database, commit }: AppointmentServiceDeps) {
  const change = (tenant: TenantScope, id: string, input: AppointmentChanges, request: RequestInfo) =>
    commit(request, async (work) => {
      const before = await lockAppointment(work.transaction, tenant, id);
      if (!before) throw notFound();
      requireMatch(request.if_match, toAppointmentView(before));
      const changes = await checkedChanges(work.transaction, tenant, before, input);
      if (Object.keys(changes).length === 0) return toAppointmentView(before);
      await refusingOverlap(changes.staff_id ?? before.staff_id, changes.starts_at ?? before.starts_at, () =>
        updateAppointment(work.transaction, tenant, id, changes),
      );
      const after = await requireAppointment(work.transaction, tenant, id);
      const data = toAppointmentView(after);
      for (const type of eventsOf(before, after)) work.emit(tenant, type, data);
      return data;
    });

  return {
    async list(
      tenant: TenantScope,
      options: { filter: AppointmentFilter; order: AppointmentOrder; page: PageRequest },
    ): Promise<{ data: AppointmentView[]; meta: ListMeta }> {
      const { rows, total } = await listAppointments(database, tenant, options);
      return { data: rows.map(toAppointmentView), meta: pageMeta(options.page, total) };
    },

    book: (tenant: TenantScope, input: BookingInput, request: RequestInfo): Promise<AppointmentView> =>
      commit(request, (work) => book(work, tenant, input)),

    async show(tenant: TenantScope, id: string): Promise<AppointmentView> {
      return toAppointmentView(await requireAppointment(database, tenant, id));
    },

    /** Status, time, staff member, service, notes: what is given changes, and each kind of change has its event. */
    update: change,

    /** Cancelling what is cancelled already changes nothing and emits nothing. */
    cancel: (tenant: TenantScope, id: string, request: RequestInfo): Promise<AppointmentView> =>
      change(tenant, id, { status: 'cancelled' }, request),
  };
}

async function book(work: Commit, tenant: TenantScope, input: BookingInput): Promise<AppointmentView> {
  const { staff_id = null, service_id = null, notes = null } = input;
  const { transaction } = work;
  const service = await requireService(transaction, tenant, service_id);
  const time = timeWanted(input.starts_at, input.ends_at, service);
  const holder = await holdStaff(transaction, tenant, { staff_id, service_id, time });
  const customerId = await customerOf(work, tenant, input);
  const id = newUuid();
  const fields = {
    id,
    customer_id: customerId,
    status: 'booked',
    staff_id: holder,
    service_id,
    notes,
    ...time,
  } as const;
  await refusingOverlap(holder, time.starts_at, () => insertAppointment(transaction, tenant, fields));
  const data = toAppointmentView(await requireAppointment(transaction, tenant, id));
  work.emit(tenant, 'appointment.created', data);
  return data;
}

async function customerOf(work: Commit, tenant: TenantScope, input: BookingInput): Promise<string> {
  if (input.customer_id !== undefined) {
    if (await findCustomer(work.transaction, tenant, input.customer_id)) return input.customer_id;
    throw validationFailed([{ path: 'customer_id', message: 'there is no customer with this id' }]);
  }
  if (!input.customer) throw validationFailed([{ path: 'customer', message: 'give either customer or customer_id' }]);
  const customer = await addCustomer(work, tenant, input.customer);
  return fromPublicId('customer', customer.id) as string;
}

/** The constraint has the last word; what it refuses is the same refusal as the look before it. */
async function refusingOverlap(staffId: string | null, startsAt: Date, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isExclusionViolation(error) ? slotUnavailable(staffId, { starts_at: startsAt }) : error;
  }
}

async function checkedChanges(
  transaction: Executor,
  tenant: TenantScope,
  before: AppointmentRow,
  input: AppointmentChanges,
): Promise<Partial<AppointmentFields>> {
  const { status, notes, ...placing } = withoutUndefined(input);
  const changes: Partial<AppointmentFields> = {};
  if (notes !== undefined && notes !== before.notes) changes.notes = notes;
  if (status !== undefined && status !== before.status) {
    requireTransition(before.status, status);
    changes.status = status;
  }
  if (isElsewhere(before, placing)) Object.assign(changes, await newPlace(transaction, tenant, before, placing));
  return changes;
}

/** Where it is already it stays without a look at the calendar: no change, no event. */
function isElsewhere(before: AppointmentRow, placing: Placing): boolean {
  const { starts_at = before.starts_at, ends_at = before.ends_at } = placing;
  const { staff_id = before.staff_id, service_id = before.service_id } = placing;
  return (
    starts_at.getTime() !== before.starts_at.getTime() ||
    ends_at.getTime() !== before.ends_at.getTime() ||
    staff_id !== before.staff_id ||
    service_id !== before.service_id
  );
}

function requireTransition(from: AppointmentStatus, to: AppointmentStatus): void {
  const allowed = APPOINTMENT_TRANSITIONS[from];
  if (allowed.includes(to)) return;
  const named = allowed.length > 0 ? `it can become ${allowed.join(', ')}` : 'nothing can follow that';
  throw new AppError('conflict', `An appointment that is ${from} cannot become ${to}: ${named}.`, {
    details: allowed.map((status) => ({ path: 'status', message: status })),
  });
}

async function newPlace(
  transaction: Executor,
  tenant: TenantScope,
  before: AppointmentRow,
  input: Placing,
): Promise<Partial<AppointmentFields>> {
  if (APPOINTMENT_TRANSITIONS[before.status].length === 0) {
    throw new AppError('conflict', `An appointment that is ${before.status} cannot be moved.`);
  }
  const serviceId = input.service_id === undefined ? before.service_id : input.service_id;
  const staffId = input.staff_id === undefined ? before.staff_id : input.staff_id;
  const service = await requireService(transaction, tenant, serviceId);
  const startsAt = input.starts_at ?? before.starts_at;
  const lengthMs = before.ends_at.getTime() - before.starts_at.getTime();
  // Moved without a new end it keeps its length; with another service it takes that one's.
  const keptEnd = serviceId === before.service_id ? new Date(startsAt.getTime() + lengthMs) : undefined;
  const time = timeWanted(startsAt, input.ends_at ?? keptEnd, service);
  const holder = await holdStaff(transaction, tenant, {
    staff_id: staffId,
    service_id: serviceId,
    time,
    except_id: before.id,
  });
  return { ...time, staff_id: holder, service_id: serviceId };
}

async function requireAppointment(executor: Executor, tenant: TenantScope, id: string): Promise<AppointmentRow> {
  const row = await findAppointment(executor, tenant, id);
  if (!row) throw notFound();
  return row;
}
