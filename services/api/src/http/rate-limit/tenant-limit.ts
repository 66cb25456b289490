import type { RateCounters, RateWindow, WindowCount } from '@switchboard/queue';
import { AppError } from '@switchboard/shared';
import type { RequestHandler } from 'express';
import '../locals.js';
import type { Plan } from '../route.js';
import { setLimitHeaders, type LimitState } from './headers.js';

/** What a plan limits. The portal shows how full they are. */
export const PLAN_WINDOWS: readonly RateWindow[] = [
  { name: 'minute', seconds: 60 },
  { name: 'day', seconds: 86_400 },
];

/** The plan's limits, over all keys of the tenant and all API processes together. */
export function tenantLimit(counters: RateCounters): RequestHandler {
  const counter = counters.windows(PLAN_WINDOWS);
  return async (_req, res, next) => {
    const { tenant } = res.locals.context;
    if (!tenant) throw new Error('tenantLimit must come after apiKeyAuth');
    const key = tenant.tenant_id;
    const [minute, day] = await counter.count(key);
    const perMinute = stateOf(minute, tenant.plan.requests_per_minute);
    const perDay = stateOf(day, tenant.plan.requests_per_day);
    const refused = perDay.remaining < 0 ? 'day' : perMinute.remaining < 0 ? 'minute' : null;
    // The header tells of the window that ends a caller's run first.
    const shown = refused === 'day' || perDay.remaining < perMinute.remaining ? perDay : perMinute;
    setLimitHeaders(res, shown);
    if (refused === null) {
      next();
      return;
    }
    // A request that the minute refused must not use up the day.
    if (refused === 'minute') await counter.giveBack(key, 'day');
    throw limited(refused, shown, tenant.plan);
  };
}

function stateOf(count: WindowCount | undefined, limit: number): LimitState {
  const { consumed, reset_ms } = count ?? { consumed: 0, reset_ms: 0 };
  return { limit, remaining: limit - consumed, reset_ms };
}

function limited(window: 'minute' | 'day', state: LimitState, plan: Plan): AppError {
  return new AppError(
    'rate_limited',
    `The ${plan.name} plan allows ${state.limit} requests per ${window}; the window starts anew in ${Math.ceil(state.reset_ms / 1_000)} s.`,
    {
      retryAfterSeconds: Math.max(1, Math.ceil(state.reset_ms / 1_000)),
      details: [{ path: 'window', message: window }],
    },
  );
}
