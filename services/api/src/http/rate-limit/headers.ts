import type { Response } from 'express';

export interface LimitState {
  limit: number;
  remaining: number;
  /** Until the window starts anew. */
  reset_ms: number;
}

/** The three headers that every response carries (design.md, section 6). */
export function setLimitHeaders(res: Response, { limit, remaining, reset_ms }: LimitState): void {
  res.set('X-RateLimit-Limit', String(limit));
  res.set('X-RateLimit-Remaining', String(Math.max(0, remaining)));
  res.set('X-RateLimit-Reset', String(Math.ceil((Date.now() + reset_ms) / 1_000)));
}
