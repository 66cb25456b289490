import { sql, type Executor, type Query } from '@switchboard/db';
import type { AppointmentStatus } from '@switchboard/shared';
import { readPage } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface AppointmentRow {
  id: string;
  status: AppointmentStatus;
  starts_at: Date;
  ends_at: Date;
  busy_until: Date;
  staff_id: string | null;
  service_id: string | null;
  notes: string | null;
  created_at: Date;
  updated_at: Date;
  customer_id: string;
  customer_name: string;
  customer_phone: string | null;
  customer_email: string | null;
}

export interface AppointmentFields {
  customer_id: string;
  status: AppointmentStatus;
  starts_at: Date;
  ends_at: Date;
  busy_until: Date;
  staff_id: string | null;
  service_id: string | null;
  notes: string | null;
}

export interface AppointmentFilter {
  status?: string | undefined;
  customer_id?: string | undefined;
  staff_id?: string | undefined;
  service_id?: string | undefined;
  starts_from?: Date | undefined;
  starts_before?: Date | undefined;
}

export interface AppointmentOrder {
  column: 'created_at' | 'starts_at';
  direction: 'asc' | 'desc';
}

const COLUMNS = [
  'a.id',
  'a.status',
  'a.starts_at',
  'a.ends_at',
  'a.busy_until',
  'a.staff_id',
  'a.service_id',
  'a.notes',
  'a.created_at',
  'a.updated_at',
  'a.customer_id',
  'c.name as customer_name',
  'c.phone as customer_phone',
  'c.email as customer_email',
];

function appointmentsOf(tenant: TenantScope) {
  return sql('appointments as a').where({ 'a.tenant_id': tenant.tenant_id, 'a.mode': tenant.mode });
}

/** By the tenant too: every query carries it (invariant 8). */
function withCustomer(appointments: Query) {
  return appointments.join('customers as c', {
    'c.tenant_id': 'a.tenant_id',
    'c.mode': 'a.mode',
    'c.id': 'a.customer_id',
  });
}

export async function insertAppointment(
  executor: Executor,
  tenant: TenantScope,
  appointment: AppointmentFields & { id: string },
): Promise<void> {
  const { tenant_id, mode } = tenant;
  await executor.run(sql('appointments').insert({ ...appointment, tenant_id, mode }));
}

export async function findAppointment(
  executor: Executor,
  tenant: TenantScope,
  id: string,
): Promise<AppointmentRow | null> {
  const [row] = await executor.run<AppointmentRow>(
    withCustomer(appointmentsOf(tenant)).where({ 'a.id': id }).select(COLUMNS),
  );
  return row ?? null;
}

/** Holds the row until the transaction ends, so that two changes of one appointment come one after the other. */
export async function lockAppointment(
  transaction: Executor,
  tenant: TenantScope,
  id: string,
): Promise<AppointmentRow | null> {
  await transaction.run(appointmentsOf(tenant).where({ 'a.id': id }).select('a.id').forUpdate());
  return findAppointment(transaction, tenant, id);
}

export async function updateAppointment(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  changes: Partial<AppointmentFields>,
): Promise<void> {
  await executor.run(
    sql('appointments')
      .where({ tenant_id: tenant.tenant_id, mode: tenant.mode, id })
      .update({ ...changes, updated_at: sql.fn.now() }),
  );
}

export async function listAppointments(
  executor: Executor,
  tenant: TenantScope,
  options: { filter: AppointmentFilter; order: AppointmentOrder; page: PageRequest },
): Promise<{ rows: AppointmentRow[]; total: number }> {
  const { filter, order, page } = options;
  const inOrder = [
    { column: `a.${order.column}`, order: order.direction },
    { column: 'a.id', order: order.direction },
  ];
  // The page first and its customers after it: otherwise a late page looks up the customers of all pages before it.
  const offset = (page.page - 1) * page.per_page;
  const rowsOfPage = filtered(tenant, filter).select('a.*').orderBy(inOrder).limit(page.per_page).offset(offset);
  return readPage<AppointmentRow>(executor, {
    rows: withCustomer(sql.queryBuilder().from(rowsOfPage.as('a')))
      .select(COLUMNS)
      .orderBy(inOrder),
    counted: filtered(tenant, filter),
    offset,
  });
}

function filtered(tenant: TenantScope, { starts_from, starts_before, ...exact }: AppointmentFilter) {
  const query = appointmentsOf(tenant);
  for (const [column, value] of Object.entries(exact)) if (value !== undefined) query.where(`a.${column}`, value);
  if (starts_from) query.where('a.starts_at', '>=', starts_from);
  if (starts_before) query.where('a.starts_at', '<', starts_before);
  return query;
}

/**
 * Makes bookings of one staff member come one after the other. Without it two that overlap would meet inside the
 * exclusion constraint and end as a deadlock after a second instead of as a clear refusal at once.
 */
export async function lockStaffForBooking(transaction: Executor, tenant: TenantScope, staffId: string): Promise<void> {
  const { tenant_id, mode } = tenant;
  await transaction.run(sql('staff').where({ tenant_id, mode, id: staffId }).select('id').forNoKeyUpdate());
}

export interface BusySpan {
  staff_id: string;
  from: Date;
  to: Date;
}

/** When these staff members are taken within the span: their appointments with buffers. */
export async function findBusySpans(
  executor: Executor,
  tenant: TenantScope,
  staffIds: readonly string[],
  span: { from: Date; to: Date; except_id?: string | undefined },
): Promise<BusySpan[]> {
  const query = appointmentsOf(tenant)
    .whereIn('a.staff_id', [...staffIds])
    .whereIn('a.status', ['booked', 'confirmed'])
    // The form of the exclusion constraint's index, which this uses too.
    .whereRaw('tstzrange(a.starts_at, a.busy_until) && tstzrange(?, ?)', [span.from, span.to])
    .select({ staff_id: 'a.staff_id', from: 'a.starts_at', to: 'a.busy_until' });
  if (span.except_id !== undefined) query.whereNot('a.id', span.except_id);
  return executor.run<BusySpan>(query);
}
