import { DELIVERY_STATUSES, type DeliveryStatus } from '../../api';
import { oneIn, textIn, timeIn } from '../../ui/search-state';
import { TIME_RANGES, type TimeRange } from './log-filter';

export interface DeliveriesSearch {
  status?: DeliveryStatus;
  endpoint_id?: string;
  event?: string;
  event_id?: string;
  /** Up to now; `since` and `until` are two moments instead. */
  range?: TimeRange;
  since?: string;
  until?: string;
  error?: string;
  /** The delivery whose panel is open. */
  delivery?: string;
}

export function validateDeliveriesSearch(raw: Record<string, unknown>): DeliveriesSearch {
  return {
    status: oneIn(raw.status, DELIVERY_STATUSES),
    endpoint_id: textIn(raw.endpoint_id),
    event: textIn(raw.event),
    event_id: textIn(raw.event_id),
    range: oneIn(raw.range, TIME_RANGES),
    since: timeIn(raw.since),
    until: timeIn(raw.until),
    error: textIn(raw.error),
    delivery: textIn(raw.delivery),
  };
}
