import { SAMPLED_PER_BUCKET, type SampledRow } from './repository.js';

/**
 * The percentile of a sample that took as many deliveries from a part with ten as from one with ten thousand: each
 * attempt counts for those that it stands for. Where no part had more than were looked at, it is exact.
 *
 * @param deliveries how many each part really has, by its number
 */
export function weightedPercentile(
  rows: readonly SampledRow[],
  deliveries: ReadonlyMap<number, number>,
  fraction: number,
): number | null {
  const weightOf = weights(rows, deliveries);
  const sorted = rows.toSorted((a, b) => a.duration_ms - b.duration_ms);
  const total = rows.reduce((sum, { bucket }) => sum + weightOf(bucket), 0);
  let reached = 0;
  for (const { bucket, duration_ms } of sorted) {
    reached += weightOf(bucket);
    if (reached >= total * fraction) return duration_ms;
  }
  return sorted.at(-1)?.duration_ms ?? null;
}

function weights(rows: readonly SampledRow[], deliveries: ReadonlyMap<number, number>) {
  const sampled = new Map<number, Set<string>>();
  for (const { bucket, delivery_id } of rows) {
    const seen = sampled.get(bucket) ?? new Set();
    sampled.set(bucket, seen.add(delivery_id));
  }
  return (bucket: number): number => {
    const seen = sampled.get(bucket)?.size ?? 1;
    // Fewer than asked for is all there were; what has no attempt yet has nothing to say.
    return seen < SAMPLED_PER_BUCKET ? 1 : Math.max(1, (deliveries.get(bucket) ?? seen) / seen);
  };
}
