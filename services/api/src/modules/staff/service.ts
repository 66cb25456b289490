import type { Database, Executor } from '@switchboard/db';
import {
  newUuid,
  notFound,
  toPublicId,
  validationFailed,
  type ListMeta,
  type StaffView,
  type TimeOffView,
} from '@switchboard/shared';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';
import { existingServices } from '../services/repository.js';
import { requireTenant } from '../tenants/require-tenant.js';
import {
  deleteTimeOff,
  findStaff,
  insertStaff,
  insertTimeOff,
  listStaff,
  replaceStaffServices,
  updateStaff,
  type StaffFields,
  type StaffRow,
  type TimeOffRow,
} from './repository.js';

export type StaffInput = StaffFields & { service_ids: string[] };

export interface TimeOffInput {
  staff_id: string;
  starts_at: Date;
  ends_at: Date;
  reason: string | null;
}

export type StaffService = ReturnType<typeof createStaffService>;

/** Who takes appointments, when, and for which services. Written by the platform's own systems, read by tenants. */
export function createStaffService({ database }: { database: Database }) {
  return {
    async list(tenant: TenantScope, page: PageRequest): Promise<{ data: StaffView[]; meta: ListMeta }> {
      const { rows, meta } = await listStaff(database, tenant, page);
      return { data: rows.map(toView), meta };
    },

    show: (tenant: TenantScope, id: string): Promise<StaffView> => viewOf(database, tenant, id),

    async create(tenant: TenantScope, { service_ids, ...fields }: StaffInput): Promise<StaffView> {
      await requireTenant(database, tenant.tenant_id);
      return database.transaction(async (transaction) => {
        const id = newUuid();
        await requireServices(transaction, tenant, service_ids);
        await insertStaff(transaction, tenant, { ...fields, id });
        await replaceStaffServices(transaction, tenant, id, service_ids);
        return viewOf(transaction, tenant, id);
      });
    },

    update: (tenant: TenantScope, id: string, { service_ids, ...fields }: Partial<StaffInput>): Promise<StaffView> =>
      database.transaction(async (transaction) => {
        if (!(await updateStaff(transaction, tenant, id, fields))) throw notFound();
        if (service_ids !== undefined) {
          await requireServices(transaction, tenant, service_ids);
          await replaceStaffServices(transaction, tenant, id, service_ids);
        }
        return viewOf(transaction, tenant, id);
      }),

    async addTimeOff(tenant: TenantScope, input: TimeOffInput): Promise<TimeOffView> {
      if (input.ends_at <= input.starts_at)
        throw validationFailed([{ path: 'ends_at', message: 'must be after starts_at' }]);
      if (!(await findStaff(database, tenant, input.staff_id))) throw notFound();
      return toTimeOffView(await insertTimeOff(database, tenant, { ...input, id: newUuid() }));
    },

    async removeTimeOff(tenant: TenantScope, id: string): Promise<void> {
      if (!(await deleteTimeOff(database, tenant, id))) throw notFound();
    },
  };
}

async function requireServices(executor: Executor, tenant: TenantScope, ids: readonly string[]): Promise<void> {
  const known = await existingServices(executor, tenant, ids);
  const details = ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ path: `service_ids.${index}`, message: 'there is no service with this id' }],
  );
  if (details.length > 0) throw validationFailed(details);
}

async function viewOf(executor: Executor, tenant: TenantScope, id: string): Promise<StaffView> {
  const row = await findStaff(executor, tenant, id);
  if (!row) throw notFound();
  return toView(row);
}

function toView(row: StaffRow): StaffView {
  return {
    ...row,
    id: toPublicId('staff', row.id),
    service_ids: row.service_ids.map((id) => toPublicId('service', id)),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function toTimeOffView(row: TimeOffRow): TimeOffView {
  return {
    id: toPublicId('timeOff', row.id),
    staff_id: toPublicId('staff', row.staff_id),
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    reason: row.reason,
    created_at: row.created_at.toISOString(),
  };
}
