import type { Executor } from './executor.js';

/** Counters whose window is over; the library that counts leaves them. Only where the limits are kept in PostgreSQL. */
export async function deleteExpiredRateLimits(executor: Executor): Promise<void> {
  await executor.query({
    text: `DELETE FROM rate_limits WHERE expire < extract(epoch FROM now() - interval '1 hour') * 1000`,
    values: [],
  });
}
