import type { RateCounter, RateCounters } from '@switchboard/queue';
import { AppError } from '@switchboard/shared';
import type { RequestHandler } from 'express';
import '../locals.js';
import type { Plan } from '../route.js';
import { setLimitHeaders, type LimitState } from './headers.js';

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

/** The plan's limits, over all keys of the tenant and all API processes together. */
export function tenantLimit(counters: RateCounters): RequestHandler {
  const minute = counters.window('minute', MINUTE_SECONDS);
  const day = counters.window('day', DAY_SECONDS);
  return async (_req, res, next) => {
    const { tenant } = res.locals.context;
    if (!tenant) throw new Error('tenantLimit must come after apiKeyAuth');
    const key = tenant.tenant_id;
    const [perMinute, perDay] = await Promise.all([
      stateOf(minute, key, tenant.plan.requests_per_minute),
      stateOf(day, key, tenant.plan.requests_per_day),
    ]);
    const refused = perDay.remaining < 0 ? 'day' : perMinute.remaining < 0 ? 'minute' : null;
    // The header tells of the window that ends a caller's run first.
    const shown = refused === 'day' || perDay.remaining < perMinute.remaining ? perDay : perMinute;
    setLimitHeaders(res, shown);
    if (refused === null) {
      next();
      return;
    }
    // A request that the minute refused must not use up the day.
    if (refused === 'minute') await day.giveBack(key);
    throw limited(refused, shown, tenant.plan);
  };
}

async function stateOf(counter: RateCounter, key: string, limit: number): Promise<LimitState> {
  const { consumed, reset_ms } = await counter.count(key);
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
