import { textIn } from '../../ui/search-state';

export interface WebhooksSearch {
  /** "1": the form for a new one is open. */
  add?: string;
  /** Only those whose address, description or events have these words. */
  find?: string;
}

export function validateWebhooksSearch(raw: Record<string, unknown>): WebhooksSearch {
  return { add: textIn(raw.add), find: textIn(raw.find) };
}

export interface WebhookSearch {
  /** "1": the form with its settings is open. */
  edit?: string;
  /** The event that a test sends. */
  event?: string;
  /** The replay of what it missed, while one watches it. */
  replay?: string;
}

export function validateWebhookSearch(raw: Record<string, unknown>): WebhookSearch {
  return {
    edit: textIn(raw.edit),
    event: textIn(raw.event),
    replay: textIn(raw.replay),
  };
}
