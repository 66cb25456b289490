import type { EndedStatus, ReplayInput } from '../../../api/types';
import type { LogFilter } from '../log-filter';

export const ENDED_STATUSES: readonly EndedStatus[] = ['dead', 'cancelled', 'succeeded'];

/** Why what is in sight cannot be replayed as a whole; null where it can. */
export function refusalOf(filter: LogFilter): string | null {
  if (filter.status === 'pending')
    return 'Pending deliveries are tried by themselves. Choose another status to replay deliveries that have ended.';
  if (filter.event_id !== undefined)
    return 'Many deliveries at once cannot be chosen by one event. Open the event’s delivery and replay it there.';
  return null;
}

/** What is ticked at first: what the filter says, or what has failed. */
export function statusesAtFirst(filter: LogFilter): EndedStatus[] {
  return filter.status === undefined || filter.status === 'pending' ? ['dead'] : [filter.status];
}

/** Which of the statuses the filter leaves to choose from. */
export function statusesToChoose(filter: LogFilter): readonly EndedStatus[] {
  return filter.status === undefined ? ENDED_STATUSES : statusesAtFirst(filter);
}

export function replayInputOf(filter: LogFilter, statuses: readonly EndedStatus[]): ReplayInput {
  const { endpoint_id, event, error, since, until } = filter;
  return { endpoint_id, event, error, since, until, status: [...statuses] };
}

/** The worker's pace (docs/webhooks.md, "Replays"). */
export const REPLAYED_PER_SECOND = 50;
