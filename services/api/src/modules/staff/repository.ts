import { sql, type Executor } from '@switchboard/db';
import type { ListMeta, WorkingHours } from '@switchboard/shared';
import { listPage, OLDEST_FIRST } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface StaffRow {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  timezone: string;
  working_hours: WorkingHours[];
  active: boolean;
  created_at: Date;
  updated_at: Date;
  service_ids: string[];
}

export interface StaffFields {
  name: string;
  email: string | null;
  phone: string | null;
  timezone: string;
  working_hours: WorkingHours[];
  active: boolean;
}

export interface TimeOffRow {
  id: string;
  staff_id: string;
  starts_at: Date;
  ends_at: Date;
  reason: string | null;
  created_at: Date;
}

const COLUMNS = [
  ...['id', 'name', 'email', 'phone', 'timezone', 'working_hours', 'active', 'created_at', 'updated_at'],
  sql.raw('ARRAY(SELECT service_id FROM staff_services WHERE staff_id = staff.id ORDER BY service_id) AS service_ids'),
] as string[];

function staffOf(tenant: TenantScope) {
  return sql('staff').where({ 'staff.tenant_id': tenant.tenant_id, 'staff.mode': tenant.mode });
}

/** json takes text: the driver would write an array as a PostgreSQL array. */
function stored(fields: Partial<StaffFields>) {
  return fields.working_hours === undefined
    ? fields
    : { ...fields, working_hours: JSON.stringify(fields.working_hours) };
}

export async function insertStaff(
  executor: Executor,
  tenant: TenantScope,
  staff: StaffFields & { id: string },
): Promise<void> {
  await executor.run(sql('staff').insert({ ...stored(staff), tenant_id: tenant.tenant_id, mode: tenant.mode }));
}

export async function findStaff(executor: Executor, tenant: TenantScope, id: string): Promise<StaffRow | null> {
  const [row] = await executor.run<StaffRow>(staffOf(tenant).where({ id }).select(COLUMNS));
  return row ?? null;
}

/** The active staff who offer a service, or the one of them who is asked for. */
export function findStaffOffering(
  executor: Executor,
  tenant: TenantScope,
  wanted: { service_id?: string | undefined; staff_id?: string | undefined },
): Promise<StaffRow[]> {
  const query = staffOf(tenant).where({ active: true }).select(COLUMNS).orderBy(['created_at', 'id']);
  if (wanted.staff_id !== undefined) query.where({ id: wanted.staff_id });
  if (wanted.service_id !== undefined) {
    query.whereIn('id', sql('staff_services').where({ service_id: wanted.service_id }).select('staff_id'));
  }
  return executor.run<StaffRow>(query);
}

export async function updateStaff(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  changes: Partial<StaffFields>,
): Promise<boolean> {
  const rows = await executor.run(
    staffOf(tenant)
      .where({ id })
      .update({ ...stored(changes), updated_at: sql.fn.now() })
      .returning('id'),
  );
  return rows.length > 0;
}

export async function replaceStaffServices(
  transaction: Executor,
  tenant: TenantScope,
  staffId: string,
  serviceIds: readonly string[],
): Promise<void> {
  const { tenant_id, mode } = tenant;
  await transaction.run(sql('staff_services').where({ tenant_id, mode, staff_id: staffId }).delete());
  if (serviceIds.length === 0) return;
  const rows = serviceIds.map((service_id) => ({ tenant_id, mode, staff_id: staffId, service_id }));
  await transaction.run(sql('staff_services').insert(rows));
}

export function listStaff(
  executor: Executor,
  tenant: TenantScope,
  page: PageRequest,
): Promise<{ rows: StaffRow[]; meta: ListMeta }> {
  return listPage<StaffRow>(executor, () => staffOf(tenant), { columns: COLUMNS, order: OLDEST_FIRST, page });
}

const TIME_OFF_COLUMNS = ['id', 'staff_id', 'starts_at', 'ends_at', 'reason', 'created_at'];

export async function insertTimeOff(
  executor: Executor,
  tenant: TenantScope,
  timeOff: Omit<TimeOffRow, 'created_at'>,
): Promise<TimeOffRow> {
  const { tenant_id, mode } = tenant;
  const [row] = await executor.run<TimeOffRow>(
    sql('time_off')
      .insert({ ...timeOff, tenant_id, mode })
      .returning(TIME_OFF_COLUMNS),
  );
  return row as TimeOffRow;
}

export async function deleteTimeOff(executor: Executor, tenant: TenantScope, id: string): Promise<boolean> {
  const { tenant_id, mode } = tenant;
  const rows = await executor.run(sql('time_off').where({ tenant_id, mode, id }).delete().returning('id'));
  return rows.length > 0;
}

/** Time off of these staff members that touches the span. */
export function findTimeOff(
  executor: Executor,
  tenant: TenantScope,
  staffIds: readonly string[],
  span: { from: Date; to: Date },
): Promise<TimeOffRow[]> {
  const { tenant_id, mode } = tenant;
  return executor.run<TimeOffRow>(
    sql('time_off')
      .where({ tenant_id, mode })
      .whereIn('staff_id', [...staffIds])
      .where('starts_at', '<', span.to)
      .where('ends_at', '>', span.from)
      .select(TIME_OFF_COLUMNS),
  );
}
