import type { Database, Executor } from '@switchboard/db';
import { AppError, newUuid, notFound, toPublicId, validationFailed, type AppointmentView } from '@switchboard/shared';
import type { TenantContext } from '../../http/route.js';
import type { Commit, Committer } from '../../publishing/committer.js';
import { customerExists, insertCustomer } from '../customers/repository.js';
import {
  findAppointment,
  insertAppointment,
  lockAppointmentStatus,
  setAppointmentStatus,
  type AppointmentRow,
} from './repository.js';

export interface AppointmentServiceDeps {
  database: Database;
  commit: Committer;
}

export interface BookingInput {
  customer_id?: string | undefined;
  customer?: { name: string; phone?: string | undefined; email?: string | undefined } | undefined;
  starts_at: Date;
  ends_at?: Date | undefined;
  notes?: string | undefined;
}

/** How long an appointment lasts where nobody says. */
const DEFAULT_DURATION_MS = 30 * 60_000;
const MAX_DURATION_MS = 24 * 3_600_000;
const CANCELLABLE = new Set<AppointmentRow['status']>(['booked', 'confirmed']);

export type AppointmentService = ReturnType<typeof createAppointmentService>;

export function createAppointmentService({ database, commit }: AppointmentServiceDeps) {
  return {
    book(tenant: TenantContext, input: BookingInput, requestId: string): Promise<AppointmentView> {
      const endsAt = input.ends_at ?? new Date(input.starts_at.getTime() + DEFAULT_DURATION_MS);
      checkDuration(input.starts_at, endsAt);
      return commit(async (work) => {
        const customerId = await customerOf(work.transaction, tenant, input);
        const id = newUuid();
        const { starts_at, notes = null } = input;
        await insertAppointment(work.transaction, tenant, {
          id,
          customer_id: customerId,
          starts_at,
          ends_at: endsAt,
          notes,
        });
        return emitAppointment(work, tenant, id, 'appointment.created', requestId);
      });
    },

    async show(tenant: TenantContext, id: string): Promise<AppointmentView> {
      const row = await findAppointment(database, tenant, id);
      if (!row) throw notFound();
      return toView(row);
    },

    /** Cancelling what is cancelled already changes nothing and emits nothing. */
    cancel(tenant: TenantContext, id: string, requestId: string): Promise<AppointmentView> {
      return commit(async (work) => {
        const status = await lockAppointmentStatus(work.transaction, tenant, id);
        if (status === null) throw notFound();
        if (status === 'cancelled') return loadView(work.transaction, tenant, id);
        if (!CANCELLABLE.has(status)) {
          throw new AppError(
            'conflict',
            `An appointment that is ${status} cannot be cancelled; booked and confirmed ones can.`,
          );
        }
        await setAppointmentStatus(work.transaction, tenant, id, 'cancelled');
        return emitAppointment(work, tenant, id, 'appointment.cancelled', requestId);
      });
    },
  };
}

function checkDuration(startsAt: Date, endsAt: Date): void {
  const durationMs = endsAt.getTime() - startsAt.getTime();
  if (durationMs <= 0) throw validationFailed([{ path: 'ends_at', message: 'must be after starts_at' }]);
  if (durationMs > MAX_DURATION_MS)
    throw validationFailed([{ path: 'ends_at', message: 'must be within 24 hours of starts_at' }]);
}

async function customerOf(executor: Executor, tenant: TenantContext, input: BookingInput): Promise<string> {
  if (input.customer_id !== undefined) {
    if (await customerExists(executor, tenant, input.customer_id)) return input.customer_id;
    throw validationFailed([{ path: 'customer_id', message: 'there is no customer with this id' }]);
  }
  const { name = '', phone = null, email = null } = input.customer ?? {};
  const id = newUuid();
  await insertCustomer(executor, tenant, { id, name, phone, email });
  return id;
}

async function emitAppointment(work: Commit, tenant: TenantContext, id: string, type: string, requestId: string) {
  const data = await loadView(work.transaction, tenant, id);
  work.emit({ tenant_id: tenant.tenant_id, mode: tenant.mode, type, data, request_id: requestId });
  return data;
}

async function loadView(executor: Executor, tenant: TenantContext, id: string): Promise<AppointmentView> {
  const row = await findAppointment(executor, tenant, id);
  if (!row) throw notFound();
  return toView(row);
}

function toView(row: AppointmentRow): AppointmentView {
  return {
    id: toPublicId('appointment', row.id),
    status: row.status,
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    customer: {
      id: toPublicId('customer', row.customer_id),
      name: row.customer_name,
      phone: row.customer_phone,
      email: row.customer_email,
    },
    notes: row.notes,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
