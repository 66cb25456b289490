import { sql, type Executor } from '@switchboard/db';
import type { TenantContext } from '../../http/route.js';

export interface AppointmentRow {
  id: string;
  status: 'booked' | 'confirmed' | 'completed' | 'no_show' | 'cancelled';
  starts_at: Date;
  ends_at: Date;
  notes: string | null;
  created_at: Date;
  updated_at: Date;
  customer_id: string;
  customer_name: string;
  customer_phone: string | null;
  customer_email: string | null;
}

export interface NewAppointment {
  id: string;
  customer_id: string;
  starts_at: Date;
  ends_at: Date;
  notes: string | null;
}

export async function insertAppointment(
  executor: Executor,
  tenant: TenantContext,
  appointment: NewAppointment,
): Promise<void> {
  const { tenant_id, mode } = tenant;
  await executor.run(sql('appointments').insert({ ...appointment, tenant_id, mode, status: 'booked' }));
}

export async function findAppointment(
  executor: Executor,
  tenant: TenantContext,
  id: string,
): Promise<AppointmentRow | null> {
  const [row] = await executor.run<AppointmentRow>(
    sql('appointments as a')
      .join('customers as c', 'c.id', 'a.customer_id')
      .where({ 'a.tenant_id': tenant.tenant_id, 'a.mode': tenant.mode, 'a.id': id })
      .select(
        'a.id',
        'a.status',
        'a.starts_at',
        'a.ends_at',
        'a.notes',
        'a.created_at',
        'a.updated_at',
        'a.customer_id',
      )
      .select({ customer_name: 'c.name', customer_phone: 'c.phone', customer_email: 'c.email' }),
  );
  return row ?? null;
}

/** Holds the row until the transaction ends, so that two changes of one appointment come one after the other. */
export async function lockAppointmentStatus(
  executor: Executor,
  tenant: TenantContext,
  id: string,
): Promise<AppointmentRow['status'] | null> {
  const [row] = await executor.run<Pick<AppointmentRow, 'status'>>(
    sql('appointments').where({ tenant_id: tenant.tenant_id, mode: tenant.mode, id }).select('status').forUpdate(),
  );
  return row?.status ?? null;
}

export async function setAppointmentStatus(
  executor: Executor,
  tenant: TenantContext,
  id: string,
  status: AppointmentRow['status'],
): Promise<void> {
  await executor.run(
    sql('appointments')
      .where({ tenant_id: tenant.tenant_id, mode: tenant.mode, id })
      .update({ status, updated_at: sql.fn.now() }),
  );
}
