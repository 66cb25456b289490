import { parseDurationMs } from '../config/duration.js';

/** Pauses between attempts, in milliseconds: the first stands between attempt 1 and 2. Past its end the last one repeats. */
export type RetrySchedule = readonly number[];

/** 1, 2, 4, 8 ... minutes; a pause is never over 8 hours, so that an endpoint with 20 attempts is tried for 4 days. */
export const DEFAULT_RETRY_SCHEDULE = '1m,2m,4m,8m,16m,32m,64m,128m,256m,480m';

/** Retries spread over up to this share of the pause, so that what failed together does not come back together. */
const JITTER = 0.2;

export function parseRetrySchedule(text: string): RetrySchedule {
  const pauses = text.split(',').map((part) => parseDurationMs(part.trim()));
  if (pauses.length > 30) throw new Error('at most 30 pauses');
  return pauses;
}

/**
 * The pause after a failed attempt, in milliseconds: the schedule's, plus up to 20 % of jitter, never less.
 *
 * @param failedAttempt the attempt that failed, counted from 1 within the present run
 * @param random from [0, 1)
 */
export function retryDelayMs(schedule: RetrySchedule, failedAttempt: number, random: number): number {
  const pause = schedule[Math.min(failedAttempt, schedule.length) - 1] ?? 0;
  return Math.round(pause * (1 + JITTER * random));
}
