import { AppError } from '@switchboard/shared';
import type { RequestHandler, Response } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { setLimitHeaders } from './headers.js';

const WINDOW_SECONDS = 60;

/**
 * Limits by address, counted in this process: they guard this process, and must hold when every store is away.
 * Nothing here tells a wrong key from a revoked one.
 */
export interface AddressLimit {
  /** Puts the headers on every response and refuses past the ceiling. */
  ceiling: RequestHandler;
  /** Refuses an address that has presented too many invalid keys within a minute. */
  refuseGuessing: RequestHandler;
  /** Counts one invalid key, and tells its sender how many more there are. */
  countFailure(address: string, res: Response): Promise<void>;
}

export function createAddressLimit(options: { requestsPerMinute: number; failuresPerMinute: number }): AddressLimit {
  const requests = new RateLimiterMemory({ points: options.requestsPerMinute, duration: WINDOW_SECONDS });
  const failures = new RateLimiterMemory({ points: options.failuresPerMinute, duration: WINDOW_SECONDS });
  const refuse = (reset_ms: number, message: string): never => {
    throw new AppError('rate_limited', message, { retryAfterSeconds: Math.max(1, Math.ceil(reset_ms / 1_000)) });
  };
  return {
    ceiling: async (req, res, next) => {
      const count = await consume(requests, req.ip ?? '');
      const limit = options.requestsPerMinute;
      setLimitHeaders(res, { limit, remaining: limit - count.consumedPoints, reset_ms: count.msBeforeNext });
      if (count.consumedPoints > limit) refuse(count.msBeforeNext, 'Too many requests from this address.');
      next();
    },
    refuseGuessing: async (req, res, next) => {
      const state = await failures.get(req.ip ?? '');
      if (state && state.consumedPoints >= options.failuresPerMinute) {
        setLimitHeaders(res, { limit: options.failuresPerMinute, remaining: 0, reset_ms: state.msBeforeNext });
        refuse(state.msBeforeNext, 'Too many requests without a valid API key from this address.');
      }
      next();
    },
    countFailure: async (address, res) => {
      const count = await consume(failures, address);
      const limit = options.failuresPerMinute;
      setLimitHeaders(res, { limit, remaining: limit - count.consumedPoints, reset_ms: count.msBeforeNext });
    },
  };
}

/** The library rejects with the same figures where the limit is passed. */
function consume(limiter: RateLimiterMemory, key: string) {
  return limiter.consume(key).catch((refused: Awaited<ReturnType<RateLimiterMemory['consume']>>) => refused);
}
