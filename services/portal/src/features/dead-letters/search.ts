import { oneIn, textIn, timeIn } from '../../ui/search-state';
import { RANGES, type Range } from './time-range';

export interface DeadLettersSearch {
  /** Back from now; with `since` it is that moment instead. */
  range?: Range;
  since?: string;
  /** The group that is opened: its endpoint and its error. */
  endpoint_id?: string;
  error?: string;
  /** The replay that was asked for, while one watches it. */
  replay?: string;
}

export function validateDeadLettersSearch(raw: Record<string, unknown>): DeadLettersSearch {
  return {
    range: oneIn(raw.range, RANGES),
    since: timeIn(raw.since),
    endpoint_id: textIn(raw.endpoint_id),
    error: textIn(raw.error),
    replay: textIn(raw.replay),
  };
}
