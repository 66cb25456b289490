import { oneIn, textIn, timeIn } from '../../ui/search-state';
import { ACTOR_KINDS, type ActorKind } from '../../api/types';

export interface AuditSearch {
  actor_kind?: ActorKind;
  action?: string;
  target_id?: string;
  since?: string;
  until?: string;
  /** The entry whose panel is open. */
  open?: string;
}

export function validateAuditSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    actor_kind: oneIn(raw.actor_kind, ACTOR_KINDS),
    action: textIn(raw.action),
    target_id: textIn(raw.target_id),
    since: timeIn(raw.since),
    until: timeIn(raw.until),
    open: textIn(raw.open),
  };
}

/** What the server filters by, without what only the page knows. */
export function filterOf({ open: _open, ...filter }: AuditSearch): Omit<AuditSearch, 'open'> {
  return filter;
}
