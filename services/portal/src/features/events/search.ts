import { oneIn, textIn } from '../../ui/search-state';

export const EVENT_TABS = ['catalogue', 'list'] as const;
export type EventTab = (typeof EVENT_TABS)[number];

export interface EventsSearch {
  tab?: EventTab;
  /** Searched for in the catalogue. */
  q?: string;
  /** Only events of this type. */
  event?: string;
  /** The event, or the event type, whose panel is open. */
  open?: string;
}

export function validateEventsSearch(raw: Record<string, unknown>): EventsSearch {
  return { tab: oneIn(raw.tab, EVENT_TABS), q: textIn(raw.q), event: textIn(raw.event), open: textIn(raw.open) };
}
