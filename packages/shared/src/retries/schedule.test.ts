import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RETRY_SCHEDULE, parseRetrySchedule, retryDelayMs } from './schedule.js';

const MINUTE_MS = 60_000;

describe('retry schedule', () => {
  it('waits 1, 2, 4, 8 ... minutes by default', () => {
    const schedule = parseRetrySchedule(DEFAULT_RETRY_SCHEDULE);
    const pauses = [1, 2, 3, 4, 9].map((attempt) => retryDelayMs(schedule, attempt, 0) / MINUTE_MS);
    expect(pauses).toEqual([1, 2, 4, 8, 256]);
  });

  it('repeats its last pause for attempts past its end', () => {
    const schedule = parseRetrySchedule('60s,120s,240s');
    expect([1, 2, 3, 4, 19].map((attempt) => retryDelayMs(schedule, attempt, 0))).toEqual([
      60_000, 120_000, 240_000, 240_000, 240_000,
    ]);
  });

  it('comes later by up to 20 %, never earlier', () => {
    const schedule = parseRetrySchedule('100s');
    expect(retryDelayMs(schedule, 1, 0)).toBe(100_000);
    expect(retryDelayMs(schedule, 1, 0.999999)).toBeLessThanOrEqual(120_000);
  });

  it.each(['', '60', 'soon', '60s,,120s', '-5s'])('refuses %j', (text) => {
    expect(() => parseRetrySchedule(text)).toThrow();
  });
});
