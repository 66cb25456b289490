/** When a new key ends. */
export const EXPIRY_OPTIONS = [
  { value: 'never', label: 'Never', days: null },
  { value: '7', label: 'In 7 days', days: 7 },
  { value: '30', label: 'In 30 days', days: 30 },
  { value: '90', label: 'In 90 days', days: 90 },
  { value: '365', label: 'In a year', days: 365 },
  { value: 'date', label: 'On a date', days: null },
] as const;

export type ExpiryPreset = (typeof EXPIRY_OPTIONS)[number]['value'];

export interface Expiry {
  preset: ExpiryPreset;
  /** Of the date field, YYYY-MM-DD; counts where the preset is `date`. */
  date: string;
}

const DAY_MS = 86_400_000;

/** undefined: it never ends. A date means the end of that day where the person is. */
export function expiresAt({ preset, date }: Expiry, now: number): string | undefined {
  if (preset === 'date') return new Date(`${date}T23:59:59`).toISOString();
  const days = EXPIRY_OPTIONS.find(({ value }) => value === preset)?.days ?? null;
  return days === null ? undefined : new Date(now + days * DAY_MS).toISOString();
}

/** What is wrong with it before the server is asked. */
export function expiryProblem({ preset, date }: Expiry, now: number): string | undefined {
  if (preset !== 'date') return undefined;
  const end = new Date(`${date}T23:59:59`).getTime();
  if (Number.isNaN(end)) return 'Choose the last day on which the key works.';
  return end <= now ? 'Choose a day that is not over yet.' : undefined;
}

/** For how long the old key goes on working after a roll. */
export const OVERLAP_OPTIONS = [
  { value: '0', label: 'Not at all: it stops at once' },
  { value: '1', label: 'For an hour' },
  { value: '24', label: 'For a day' },
  { value: '72', label: 'For three days' },
  { value: '168', label: 'For a week' },
] as const;

export type OverlapHours = (typeof OVERLAP_OPTIONS)[number]['value'];

/** When the old key stops; its own end stays where that comes first. */
export function oldKeyEndsAt(overlap_hours: number, expires_at: string | null, now: number): Date {
  const end = now + overlap_hours * 3_600_000;
  return new Date(expires_at === null ? end : Math.min(end, Date.parse(expires_at)));
}
