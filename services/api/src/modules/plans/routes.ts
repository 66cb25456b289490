import { text } from '@switchboard/shared';
import { z } from 'zod';
import { ok, platformRoute } from '../../http/route.js';
import { ENTITLEMENTS, type PlanService } from './service.js';

const planId = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits, - and _');

const planBody = z.strictObject({
  name: text(1, 50),
  rank: z.int().min(1).max(1_000).meta({ description: 'Plans are listed by it, the smallest first.' }),
  requests_per_minute: z.int().min(1).max(1_000_000),
  requests_per_day: z.int().min(1).max(1_000_000_000),
  entitlements: z.array(z.enum(ENTITLEMENTS)).max(ENTITLEMENTS.length),
});

const planSchema = planBody.extend({ id: z.string() });

export function planRoutes(plans: PlanService) {
  const common = { tag: 'Plans' };
  return [
    platformRoute({
      ...common,
      method: 'get',
      path: '/plans',
      operationId: 'listPlans',
      summary: 'List plans with their limits and entitlements',
      success: { status: 200, description: 'Plans, the smallest first.', schema: z.array(planSchema) },
      handle: async () => ok(await plans.list()),
    }),
    platformRoute({
      ...common,
      method: 'put',
      path: '/plans/{id}',
      operationId: 'putPlan',
      summary: 'Create a plan or change it; it applies to the next request',
      params: z.strictObject({ id: planId }),
      body: planBody,
      success: { status: 200, description: 'The plan.', schema: planSchema },
      handle: async ({ params, body }) => ok(await plans.put({ ...body, id: params.id })),
    }),
  ];
}
