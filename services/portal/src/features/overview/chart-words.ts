import type { OverviewRange, OverviewView } from '../../api/types';
import { count, localTime } from '../../ui/format';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Under a bar: the time of day within a day, the day beyond. */
export function bucketLabel(at: string, range: OverviewRange): string {
  return (range === '1h' || range === '24h' ? clock : day).format(new Date(at));
}

/** What the chart shows, for who does not see it. */
export function chartSummary({ totals, from, to, buckets }: OverviewView): string {
  const worst = buckets.reduce((most, bucket) => (bucket.failed > (most?.failed ?? 0) ? bucket : most), buckets[0]);
  const failures =
    worst && worst.failed > 0 ? ` Most failures: ${count(worst.failed)} from ${localTime(worst.at)}.` : '';
  return (
    `Deliveries from ${localTime(from)} to ${localTime(to)}: ${count(totals.succeeded)} succeeded, ` +
    `${count(totals.failed)} failed for good, ${count(totals.pending)} pending.${failures}`
  );
}
