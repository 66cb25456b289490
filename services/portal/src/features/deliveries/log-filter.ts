import type { DeliveryStatus, DeliveryView } from '../../api/types';

/** How far back from now; custom times are two moments of their own. */
export const TIME_RANGES = ['15m', '1h', '24h', '7d'] as const;
export type TimeRange = (typeof TIME_RANGES)[number];

const MINUTE_MS = 60_000;
const RANGE_MS: Record<TimeRange, number> = {
  '15m': 15 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
  '24h': 24 * 60 * MINUTE_MS,
  '7d': 7 * 24 * 60 * MINUTE_MS,
};

export const TIME_RANGE_WORDS: Record<TimeRange, string> = {
  '15m': 'last 15 minutes',
  '1h': 'last hour',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
};

/** What the URL says of which deliveries are meant. */
export interface FilterInUrl {
  status?: DeliveryStatus;
  endpoint_id?: string;
  event?: string;
  event_id?: string;
  range?: TimeRange;
  since?: string;
  until?: string;
  error?: string;
}

/** The same as the server takes it. */
export interface LogFilter {
  status?: DeliveryStatus;
  endpoint_id?: string;
  event?: string;
  event_id?: string;
  since?: string;
  until?: string;
  error?: string;
}

const EVENT_ID = /^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const DELIVERY_ID = /^dlv_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** What somebody searches for: an event's deliveries, one delivery, or (null) nothing that there can be. */
export function searchedFor(text: string): { event_id: string } | { delivery: string } | null {
  const id = text.trim().toLowerCase();
  if (EVENT_ID.test(id)) return { event_id: id };
  if (DELIVERY_ID.test(id)) return { delivery: id };
  return null;
}

/** A range begins at a whole minute, so that looking twice is one question. What cannot be an id is not asked for. */
export function filterOf(url: FilterInUrl, now: number): LogFilter {
  const { range, status, endpoint_id, event, error, until } = url;
  const event_id = url.event_id !== undefined && EVENT_ID.test(url.event_id) ? url.event_id : undefined;
  const since = range ? new Date(Math.floor((now - RANGE_MS[range]) / MINUTE_MS) * MINUTE_MS).toISOString() : url.since;
  const filter = { status, endpoint_id, event, event_id, since, until: range ? undefined : until, error };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Whether a delivery that has just come belongs into the list. */
export function matches(filter: LogFilter, delivery: DeliveryView): boolean {
  const created = Date.parse(delivery.created_at);
  return (
    (filter.status === undefined || delivery.status === filter.status) &&
    (filter.endpoint_id === undefined || delivery.endpoint_id === filter.endpoint_id) &&
    (filter.event === undefined || delivery.event === filter.event) &&
    (filter.event_id === undefined || delivery.event_id === filter.event_id) &&
    (filter.error === undefined || delivery.last_error?.code === filter.error) &&
    (filter.since === undefined || created >= Date.parse(filter.since)) &&
    (filter.until === undefined || created < Date.parse(filter.until))
  );
}

/** Whether new deliveries can still come into it. */
export function canGrow({ until }: LogFilter, now: number): boolean {
  return until === undefined || Date.parse(until) > now;
}

const NAMES = ['status', 'endpoint_id', 'event', 'event_id', 'range', 'since', 'until', 'error'] as const;
type FilterName = (typeof NAMES)[number];

/** The change of the URL that takes every filter out; `keep` stays as it is (the endpoint of an endpoint's own log). */
export function cleared(...keep: FilterName[]): Partial<Record<FilterName, undefined>> {
  return Object.fromEntries(NAMES.filter((name) => !keep.includes(name)).map((name) => [name, undefined]));
}

/** Whether anything is filtered by, beside what belongs to the screen. */
export function isFiltered(url: FilterInUrl, ...besides: FilterName[]): boolean {
  return NAMES.some((name) => url[name] !== undefined && !besides.includes(name));
}
