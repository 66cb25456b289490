import type { DeadLetterGroup } from '../../api/types';

/** Why nothing of a group can be sent; null where it can. */
export function obstacleOf({ endpoint }: DeadLetterGroup): string | null {
  if (endpoint.deleted) return 'The webhook was deleted, so these can no longer be replayed. They stay as a record.';
  if (!endpoint.enabled) return 'The webhook is disabled. Enable it, then replay these.';
  return null;
}

export function isSameGroup(group: DeadLetterGroup, search: { endpoint_id?: string; error?: string }): boolean {
  return group.endpoint.id === search.endpoint_id && group.error.code === search.error;
}
