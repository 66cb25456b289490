export type SinceChoice = '1h' | '24h' | '7d' | '30d' | 'custom';

export const SINCE_CHOICES: { value: SinceChoice; label: string }[] = [
  { value: '1h', label: 'The last hour' },
  { value: '24h', label: 'The last 24 hours' },
  { value: '7d', label: 'The last 7 days' },
  { value: '30d', label: 'The last 30 days' },
  { value: 'custom', label: 'A moment of your choice' },
];

const HOUR_MS = 3_600_000;
const HOURS = { '1h': 1, '24h': 24, '7d': 7 * 24, '30d': 30 * 24 };

/** The moment that is meant, as the server takes it. null: it has not been said yet. */
export function missedSince(choice: SinceChoice, given: { custom: string | undefined; now: number }): string | null {
  if (choice === 'custom') return given.custom ?? null;
  return new Date(given.now - HOURS[choice] * HOUR_MS).toISOString();
}
