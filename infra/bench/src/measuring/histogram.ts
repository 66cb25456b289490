export interface DurationSummary {
  count: number;
  p50_ms: number;
  p99_ms: number;
  max_ms: number;
}

export interface Histogram {
  add(duration_ms: number): void;
  summary(): DurationSummary;
}

const BUCKETS_PER_MS = 10;
/** What takes longer than a minute is counted as a minute; `max_ms` still says what it was. */
const MAX_MS = 60_000;

/** Counts durations to a tenth of a millisecond, in the same little memory however many there are. */
export function createHistogram(): Histogram {
  const buckets = new Uint32Array(MAX_MS * BUCKETS_PER_MS + 1);
  let count = 0;
  let max_ms = 0;
  const quantile = (share: number) => {
    const wanted = Math.ceil(share * count);
    let seen = 0;
    for (let index = 0; index < buckets.length; index += 1) {
      seen += buckets[index] ?? 0;
      if (seen >= wanted) return index / BUCKETS_PER_MS;
    }
    return MAX_MS;
  };
  return {
    add: (duration_ms) => {
      const bounded = Math.min(Math.max(duration_ms, 0), MAX_MS);
      const bucket = Math.round(bounded * BUCKETS_PER_MS);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      count += 1;
      max_ms = Math.max(max_ms, duration_ms);
    },
    summary: () =>
      count === 0
        ? { count, p50_ms: 0, p99_ms: 0, max_ms: 0 }
        : { count, p50_ms: quantile(0.5), p99_ms: quantile(0.99), max_ms: Math.round(max_ms * 10) / 10 },
  };
}
