import { idOutput, staffSchema, timeOffSchema, toPublicId } from '@switchboard/shared';
import { z } from 'zod';
import { withoutUndefined } from '../../http/changes.js';
import { pageFields } from '../../http/pagination.js';
import { scopeOf } from '../../http/platform-scope.js';
import { created, ok, platformRoute, tenantRoute } from '../../http/route.js';
import {
  createStaffBody,
  staffById,
  timeOffBody,
  timeOffById,
  timeOffScope,
  updateStaffBody,
  workingHoursBody,
} from './schemas.js';
import type { StaffService } from './service.js';

const common = { tag: 'Staff' };
const staffAfter = { status: 200, description: 'The staff member after the change.', schema: staffSchema };

export function staffRoutes(staff: StaffService) {
  return [
    tenantRoute({
      ...common,
      method: 'get',
      path: '/staff',
      operationId: 'listStaff',
      summary: 'List staff',
      scope: 'staff:read',
      query: z.strictObject(pageFields),
      success: { status: 200, description: 'Staff, oldest first.', schema: staffSchema, list: true },
      handle: async ({ tenant, query }) => {
        const { data, meta } = await staff.list(tenant, query);
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/staff/{id}',
      operationId: 'getStaff',
      summary: 'Show a staff member with working hours and services',
      scope: 'staff:read',
      params: staffById,
      success: { status: 200, description: 'The staff member.', schema: staffSchema },
      handle: async ({ tenant, params }) => ok(await staff.show(tenant, params.id)),
    }),
  ];
}

export function platformStaffRoutes(staff: StaffService) {
  return [
    platformRoute({
      ...common,
      method: 'post',
      path: '/staff',
      operationId: 'createStaff',
      summary: 'Add a staff member of a tenant',
      body: createStaffBody,
      success: { status: 201, description: 'The staff member.', schema: staffSchema },
      handle: async ({ body }) => {
        const { tenant_id, mode, ...fields } = body;
        return created(await staff.create(scopeOf({ tenant_id, mode }), fields));
      },
    }),
    platformRoute({
      ...common,
      method: 'patch',
      path: '/staff/{id}',
      operationId: 'updateStaff',
      summary: 'Change a staff member of a tenant',
      params: staffById,
      body: updateStaffBody,
      success: staffAfter,
      handle: async ({ params, body }) => {
        const { tenant_id, mode, ...changes } = body;
        return ok(await staff.update(scopeOf({ tenant_id, mode }), params.id, withoutUndefined(changes)));
      },
    }),
    platformRoute({
      ...common,
      method: 'put',
      path: '/staff/{id}/working-hours',
      operationId: 'putWorkingHours',
      summary: 'Replace a staff member’s working hours',
      params: staffById,
      body: workingHoursBody,
      success: staffAfter,
      handle: async ({ params, body }) => {
        const { tenant_id, mode, ...changes } = body;
        return ok(await staff.update(scopeOf({ tenant_id, mode }), params.id, withoutUndefined(changes)));
      },
    }),
    platformRoute({
      ...common,
      method: 'post',
      path: '/staff/{id}/time-off',
      operationId: 'addTimeOff',
      summary: 'Add time off: holidays, illness, errands',
      params: staffById,
      body: timeOffBody,
      success: { status: 201, description: 'The time off.', schema: timeOffSchema },
      handle: async ({ params, body }) => {
        const { tenant_id, mode, ...span } = body;
        return created(await staff.addTimeOff(scopeOf({ tenant_id, mode }), { ...span, staff_id: params.id }));
      },
    }),
    platformRoute({
      ...common,
      method: 'delete',
      path: '/time-off/{id}',
      operationId: 'removeTimeOff',
      summary: 'Take time off back',
      params: timeOffById,
      query: timeOffScope,
      success: {
        status: 200,
        description: 'It is gone.',
        schema: z.object({ id: idOutput('timeOff'), deleted: z.literal(true) }),
      },
      handle: async ({ params, query }) => {
        await staff.removeTimeOff(scopeOf(query), params.id);
        return ok({ id: toPublicId('timeOff', params.id), deleted: true });
      },
    }),
  ];
}
