import { toPublicId, type DisabledReason } from '@switchboard/shared';
import type { CountedRow, EndpointStateRow, LastFailureRow } from './repository.js';
import type { OverviewView } from './schemas.js';
import type { Span } from './spans.js';

/** One for each part of the span, also where nothing happened. */
export function toBuckets({ bounds_ms }: Span, rows: readonly CountedRow[]): OverviewView['buckets'] {
  const buckets = bounds_ms
    .slice(0, -1)
    .map((ms) => ({ at: new Date(ms).toISOString(), succeeded: 0, failed: 0, pending: 0 }));
  for (const row of rows) {
    const bucket = buckets[row.bucket - 1];
    if (!bucket) continue;
    bucket.succeeded += row.succeeded;
    bucket.failed += row.failed;
    bucket.pending += row.pending;
  }
  return buckets;
}

export function toTotals(rows: readonly CountedRow[]): OverviewView['totals'] {
  const totals = { deliveries: 0, succeeded: 0, failed: 0, pending: 0, attempts: 0 };
  for (const { succeeded, failed, pending, attempts } of rows) {
    totals.deliveries += succeeded + failed + pending;
    totals.succeeded += succeeded;
    totals.failed += failed;
    totals.pending += pending;
    totals.attempts += attempts;
  }
  return totals;
}

export function byEndpoint(rows: readonly CountedRow[]): Map<string, CountedRow[]> {
  const groups = new Map<string, CountedRow[]>();
  for (const row of rows) {
    const group = groups.get(row.endpoint_id) ?? [];
    group.push(row);
    groups.set(row.endpoint_id, group);
  }
  return groups;
}

export function successRateOf({ succeeded, failed }: { succeeded: number; failed: number }): number | null {
  const ended = succeeded + failed;
  return ended === 0 ? null : succeeded / ended;
}

export function toEndpoints(
  endpoints: readonly EndpointStateRow[],
  rows: readonly CountedRow[],
  failures: readonly LastFailureRow[],
): OverviewView['endpoints'] {
  const rowsOf = byEndpoint(rows);
  const failureOf = new Map(failures.map((row) => [row.endpoint_id, row]));
  return endpoints
    .map(({ id, url, enabled, disabled_reason }) => {
      const { succeeded, failed } = toTotals(rowsOf.get(id) ?? []);
      const failure = failureOf.get(id);
      return {
        ...{ id: toPublicId('endpoint', id), url, enabled, disabled_reason: disabled_reason as DisabledReason | null },
        ...{ succeeded, failed, success_rate: successRateOf({ succeeded, failed }) },
        last_failure_at: failure?.failed_at.toISOString() ?? null,
        last_error: failure?.error_code ? { code: failure.error_code, message: failure.error_message ?? '' } : null,
      };
    })
    .sort((a, b) => urgencyOf(b) - urgencyOf(a) || (a.url < b.url ? -1 : 1));
}

/** What a rule of ours has switched off gets nothing at all; after that, the share that was lost. */
function urgencyOf({ disabled_reason, success_rate }: OverviewView['endpoints'][number]): number {
  if (disabled_reason === 'gone' || disabled_reason === 'failing') return 2;
  return success_rate === null ? 0 : 1 - success_rate;
}
