import { firstUuidOf } from '@switchboard/shared';

export const RANGES = ['1h', '24h', '7d', '30d'] as const;
export type Range = (typeof RANGES)[number];

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** 48 to 60 bars, whatever the range. */
const BUCKETS: Record<Range, { seconds: number; count: number }> = {
  '1h': { seconds: MINUTE, count: 60 },
  '24h': { seconds: 30 * MINUTE, count: 48 },
  '7d': { seconds: 3 * HOUR, count: 56 },
  '30d': { seconds: 12 * HOUR, count: 60 },
};

/** A stretch of time cut into parts of the same length, the last of which is not over yet. */
export interface Span {
  bucket_seconds: number;
  /** Where each part begins, and behind the last one where it ends. In ms since 1970. */
  bounds_ms: number[];
}

export function spanOf(range: Range, nowMs: number): Span {
  return spanOfBuckets(BUCKETS[range], nowMs);
}

export function lastHours(count: number, nowMs: number): Span {
  return spanOfBuckets({ seconds: HOUR, count }, nowMs);
}

/** Parts begin at round times, so that a bar does not change while one looks at it. */
function spanOfBuckets({ seconds, count }: { seconds: number; count: number }, nowMs: number): Span {
  const length = seconds * 1_000;
  const end = (Math.floor(nowMs / length) + 1) * length;
  return {
    bucket_seconds: seconds,
    bounds_ms: Array.from({ length: count + 1 }, (_, index) => end - (count - index) * length),
  };
}

/** The same as ids: a delivery's begins with the time of its event. */
export function boundIdsOf({ bounds_ms }: Span): string[] {
  return bounds_ms.map(firstUuidOf);
}
