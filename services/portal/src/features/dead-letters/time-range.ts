export const RANGES = ['24h', '7d', '30d'] as const;
export type Range = (typeof RANGES)[number];

export const DEFAULT_RANGE: Range = '7d';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const HOURS: Record<Range, number> = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 };

export const RANGE_WORDS: Record<Range, string> = {
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '30d': 'the last 30 days',
};

/** The moment that is meant, at a whole minute, so that looking twice is one question. */
export function sinceOf(search: { range?: Range; since?: string }, now: number): string {
  if (search.since !== undefined) return search.since;
  const from = now - HOURS[search.range ?? DEFAULT_RANGE] * HOUR_MS;
  return new Date(Math.floor(from / MINUTE_MS) * MINUTE_MS).toISOString();
}
