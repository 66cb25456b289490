import type { ReplayView, ReplayWithResult } from '../../api/types';
import { count, localTime, plural } from '../../ui/format';

const deliveries = (value: number) => plural(value, 'delivery', 'deliveries');

/** How far it is, in one sentence. */
export function replayTitle({ status, matched, replayed, skipped }: ReplayWithResult): string {
  const done = replayed + skipped;
  if (status === 'running' && matched === 0 && done === 0) return 'Looking for deliveries to send again…';
  if (status === 'running') return `Sending again: ${count(done)} of ${deliveries(Math.max(matched, done))}`;
  if (status === 'cancelled') return `Stopped after ${count(done)} of ${deliveries(Math.max(matched, done))}`;
  if (replayed === 0 && skipped === 0) return 'There was nothing to send again';
  if (replayed === 0) return `None of ${deliveries(skipped)} could be sent again`;
  return `${deliveries(replayed)} ${replayed === 1 ? 'was' : 'were'} sent again`;
}

/** What came of those that were sent, worst last so that it is what one goes on with. */
export function replayResult({ result, skipped, replayed }: ReplayWithResult): string[] {
  const said: string[] = [];
  if (result.succeeded > 0)
    said.push(
      result.succeeded === replayed && replayed > 1
        ? `All ${count(replayed)} arrived.`
        : `${count(result.succeeded)} arrived.`,
    );
  if (result.pending > 0) said.push(`${count(result.pending)} on their way or waiting for another attempt.`);
  if (result.cancelled > 0)
    said.push(`${count(result.cancelled)} cancelled, because the endpoint was disabled or deleted.`);
  if (result.dead > 0) said.push(`${count(result.dead)} failed for good again.`);
  if (skipped > 0)
    said.push(
      `${count(skipped)} left out: the endpoint is disabled or deleted, the event is no longer kept, or they were under way already.`,
    );
  return said;
}

/** How often to look again; undefined: it is over. What waits for retries may wait for hours. */
export function lookAgainMs(replay: ReplayWithResult | undefined): number | undefined {
  if (!replay || replay.status === 'running') return 1_000;
  return replay.result.pending > 0 ? 3_000 : undefined;
}

/** How far it is, between 0 and 1. What was found and could not be replayed counts as done. */
export function progressOf({ matched, replayed, skipped, status }: ReplayWithResult): number {
  if (status === 'completed') return 1;
  return matched === 0 ? 0 : Math.min((replayed + skipped) / matched, 1);
}

const ENDED_WORDS = { dead: 'failed for good', cancelled: 'were cancelled', succeeded: 'succeeded' } as const;

/** Which deliveries it is of. */
export function filterWords(filter: ReplayView['filter'], nameOf: (endpoint_id: string) => string): string {
  return [
    `Those that ${filter.status.map((status) => ENDED_WORDS[status]).join(' or ')}`,
    filter.endpoint_id && `to ${nameOf(filter.endpoint_id)}`,
    filter.event && `of ${filter.event}`,
    filter.error && `with the error ${filter.error}`,
    filter.since && `from ${localTime(filter.since)}`,
    `until ${localTime(filter.until)}`,
  ]
    .filter(Boolean)
    .join(' ');
}
