import type { ReplayView, ReplayWithResult } from '../../../api/types';
import { count, localTime, plural } from '../../../ui/format';

const NAMES = { dead: 'failed for good', cancelled: 'were cancelled', succeeded: 'succeeded' } as const;

/** How far it is, or how it ended, in a sentence or two. */
export function progressWords(replay: ReplayWithResult): string {
  const { status, matched, replayed, skipped } = replay;
  const result = resultWords(replay);
  const left_out = skipped > 0 ? ` ${count(skipped)} could not be replayed.` : '';
  if (status === 'running')
    return `Replaying: ${count(replayed + skipped)} of ${count(matched)} set going. ${result}`.trim();
  const begin = status === 'cancelled' ? 'Stopped after' : 'Replayed';
  return `${begin} ${plural(replayed, 'delivery', 'deliveries')}.${left_out} ${result}`.trim();
}

function resultWords({ result: { succeeded, dead, cancelled, pending } }: ReplayWithResult): string {
  const parts = [
    succeeded > 0 && `${count(succeeded)} succeeded`,
    dead > 0 && `${count(dead)} failed again`,
    cancelled > 0 && `${count(cancelled)} cancelled`,
    pending > 0 && `${count(pending)} under way`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : `${parts.join(', ')}.`;
}

/** Which deliveries it is of. */
export function filterWords(filter: ReplayView['filter'], nameOf: (endpoint_id: string) => string): string {
  return [
    `Those that ${filter.status.map((status) => NAMES[status]).join(' or ')}`,
    filter.endpoint_id && `to ${nameOf(filter.endpoint_id)}`,
    filter.event && `of ${filter.event}`,
    filter.error && `with the error ${filter.error}`,
    filter.since && `from ${localTime(filter.since)}`,
    `until ${localTime(filter.until)}`,
  ]
    .filter(Boolean)
    .join(' ');
}
