/** Figures and times as people read them. Pure: `now` and the language are handed in where they matter. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: [number, number, Intl.RelativeTimeFormatUnit][] = [
  [MINUTE, SECOND, 'second'],
  [HOUR, MINUTE, 'minute'],
  [DAY, HOUR, 'hour'],
  [30 * DAY, DAY, 'day'],
  [365 * DAY, 30 * DAY, 'month'],
  [Number.POSITIVE_INFINITY, 365 * DAY, 'year'],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 minutes ago", "in 2 days". Under ten seconds: "just now". */
export function timeAgo(time: string | number | Date, now = Date.now()): string {
  const from_now_ms = new Date(time).getTime() - now;
  const size = Math.abs(from_now_ms);
  if (size < 10 * SECOND) return from_now_ms > SECOND ? 'in a few seconds' : 'just now';
  const [, unit_ms, unit] = STEPS.find(([below]) => size < below) ?? STEPS[STEPS.length - 1]!;
  return relative.format(Math.trunc(from_now_ms / unit_ms), unit);
}

/** How long it takes, to two figures: "85 ms", "1.2 s", "4 min 10 s", "3 d 4 h". */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return pair(ms, MINUTE, 'min', SECOND, 's');
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'min');
  return pair(ms, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, big: number, big_name: string, small: number, small_name: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${big_name}${rest > 0 ? ` ${rest} ${small_name}` : ''}`;
}

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** "12,345" */
export function count(value: number): string {
  return whole.format(value);
}

/** "12.3K": where room is short. */
export function shortCount(value: number): string {
  return value < 10_000 ? whole.format(value) : compact.format(value);
}

/** "1 key", "2 keys" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "99.9 %" of a rate between 0 and 1. Never 100 % where something failed, nor 0 % where something went well. */
export function percent(rate: number): string {
  const value = rate * 100;
  if (rate > 0 && value < 0.1) return '< 0.1 %';
  const shown = Math.floor(value * 10) / 10;
  return `${shown === Math.floor(shown) ? shown.toFixed(0) : shown.toFixed(1)} %`;
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** In the reader's own time zone. */
export function localTime(time: string | number | Date): string {
  return moment.format(new Date(time));
}

export function localDay(time: string | number | Date): string {
  return day.format(new Date(time));
}

/** `https://example.com/hooks/calendar` -> `example.com/hooks/calendar` */
export function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** `ep_01jc9a92r0f8y9y89xbt61pzv0` -> `ep_…bt61pzv0`: the end tells ids apart, the beginning is the time. */
export function shortId(id: string): string {
  const [prefix, rest = ''] = id.split('_');
  return rest.length > 10 ? `${prefix}_…${rest.slice(-8)}` : id;
}
