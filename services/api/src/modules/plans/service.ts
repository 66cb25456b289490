import { isUniqueViolation, type Database } from '@switchboard/db';
import { AppError, validationFailed } from '@switchboard/shared';
import type { TenantContext } from '../../http/route.js';
import { listPlans, upsertPlan, type PlanRow } from './repository.js';

export const ENTITLEMENTS = ['public_api', 'webhooks'] as const;
export type Entitlement = (typeof ENTITLEMENTS)[number];

export type PlanService = ReturnType<typeof createPlanService>;

export function createPlanService({ database }: { database: Database }) {
  return {
    list: (): Promise<PlanRow[]> => listPlans(database),

    async put(plan: PlanRow): Promise<PlanRow> {
      try {
        return await upsertPlan(database, plan);
      } catch (error) {
        if (isUniqueViolation(error))
          throw validationFailed([{ path: 'rank', message: 'is the rank of another plan' }]);
        throw error;
      }
    },

    /** @throws AppError entitlement_required naming the plans that have it */
    async requireEntitlement(tenant: Pick<TenantContext, 'plan'>, entitlement: Entitlement): Promise<void> {
      if (tenant.plan.entitlements.includes(entitlement)) return;
      const having = (await listPlans(database)).filter((plan) => plan.entitlements.includes(entitlement));
      const names = having.map((plan) => plan.name).join(', ') || 'no plan at present';
      throw new AppError(
        'entitlement_required',
        `The ${tenant.plan.name} plan does not include ${entitlement}. It is part of: ${names}.`,
        { details: [{ path: 'plan', message: names }] },
      );
    },
  };
}
