import type { DeadLetterGroup, DeadLettersView } from '../../api/types';

/** What the server says beside the contract of old: whether there are more than it grouped, and deleted endpoints. */
export interface DeadLetters extends Omit<DeadLettersView, 'groups'> {
  groups: Group[];
  is_complete?: boolean;
}

export type Group = Omit<DeadLetterGroup, 'endpoint'> & {
  endpoint: DeadLetterGroup['endpoint'] & { deleted?: boolean };
};

/** Why nothing of a group can be sent; null where it can. */
export function obstacleOf({ endpoint }: Group): string | null {
  if (endpoint.deleted) return 'The webhook was deleted, so these can no longer be replayed. They stay as a record.';
  if (!endpoint.enabled) return 'The webhook is disabled. Enable it, then replay these.';
  return null;
}

export function isSameGroup(group: Group, search: { endpoint_id?: string; error?: string }): boolean {
  return group.endpoint.id === search.endpoint_id && group.error.code === search.error;
}
