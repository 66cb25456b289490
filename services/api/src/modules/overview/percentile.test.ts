import { describe, expect, it } from '@jest/globals';
import { weightedPercentile } from './percentile.js';
import { SAMPLED_PER_BUCKET } from './repository.js';

const sample = (bucket: number, durations: number[]) =>
  durations.map((duration_ms, n) => ({ bucket, delivery_id: `${bucket}-${n}`, duration_ms }));
const repeated = (duration: number) => Array.from({ length: SAMPLED_PER_BUCKET }, () => duration);

describe('the 95th percentile of attempts', () => {
  it('is that of all of them where all were looked at', () => {
    const durations = Array.from({ length: 20 }, (_, n) => (n + 1) * 10);
    expect(weightedPercentile(sample(1, durations), new Map([[1, 20]]), 0.95)).toBe(190);
  });

  it('lets a busy hour weigh what it is, though as many were looked at as in a quiet one', () => {
    const rows = [...sample(1, repeated(10)), ...sample(2, repeated(900))];
    const quietIsSlow = new Map([
      [1, 100_000],
      [2, 50],
    ]);
    const busyIsSlow = new Map([
      [1, 50],
      [2, 100_000],
    ]);
    expect(weightedPercentile(rows, quietIsSlow, 0.95)).toBe(10);
    expect(weightedPercentile(rows, busyIsSlow, 0.05)).toBe(900);
  });

  it('is nothing of nothing', () => {
    expect(weightedPercentile([], new Map(), 0.95)).toBeNull();
  });
});
