import type { Database } from '@switchboard/db';
import type { RateCounters, WindowCount } from '@switchboard/queue';
import { PLAN_WINDOWS } from '../../http/rate-limit/tenant-limit.js';
import type { TenantContext } from '../../http/route.js';
import { countPossessions } from './repository.js';
import type { UsageView } from './schemas.js';

export interface UsageServiceDeps {
  database: Database;
  counters: RateCounters;
}

const NOTHING: WindowCount = { consumed: 0, reset_ms: 0 };

export type UsageService = ReturnType<typeof createUsageService>;

export function createUsageService({ database, counters }: UsageServiceDeps) {
  const counter = counters.windows(PLAN_WINDOWS);
  return {
    /** How much of its plan the tenant has used; looking is not counted. */
    async show({ tenant_id, plan }: Pick<TenantContext, 'tenant_id' | 'plan'>): Promise<UsageView> {
      const [[minute = NOTHING, day = NOTHING], counts] = await Promise.all([
        counter.peek(tenant_id),
        countPossessions(database, tenant_id),
      ]);
      return {
        plan: { ...plan, entitlements: [...plan.entitlements] },
        used: {
          ...{ minute: minute.consumed, minute_resets_at: endOf(minute) },
          ...{ day: day.consumed, day_resets_at: endOf(day) },
        },
        counts,
      };
    },
  };
}

/** null: no request has begun a window, so there is none that ends. */
function endOf({ consumed, reset_ms }: WindowCount): string | null {
  return consumed === 0 ? null : new Date(Date.now() + reset_ms).toISOString();
}
