import type { Database } from '@switchboard/db';
import { toPublicId } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';
import { byEndpoint, successRateOf, toBuckets, toEndpoints, toTotals } from './presenter.js';
import { weightedPercentile } from './percentile.js';
import { createRemembered } from './remembered.js';
import {
  countDeliveries,
  findLastDeliveries,
  findLastFailures,
  listEndpointStates,
  sampleDurations,
  type CountedRow,
  type FailingPart,
} from './repository.js';
import type { OverviewView, WebhookHealthView } from './schemas.js';
import { createSettledParts, type SettledParts } from './settled-parts.js';
import { boundIdsOf, lastHours, spanOf, type Range, type Span } from './spans.js';

export type OverviewService = ReturnType<typeof createOverviewService>;

const HEALTH_HOURS = 24;

export interface OverviewServiceDeps {
  database: Database;
  /** Counts that took longer are kept in part. */
  worthKeepingMs?: number;
}

/** How a tenant's webhooks do. Answers are remembered for a few seconds, longer where they were costly. */
export function createOverviewService({ database, worthKeepingMs }: OverviewServiceDeps) {
  const overviews = createRemembered<OverviewView>();
  const health = createRemembered<WebhookHealthView[]>();
  const settled = createSettledParts({ worthKeepingMs });
  return {
    /** @throws AppError unavailable where the tenant has too many deliveries in this time */
    overview: (tenant: TenantScope, range: Range): Promise<OverviewView> =>
      overviews.get(`${tenant.tenant_id} ${tenant.mode} ${range}`, () =>
        readOverview({ database, settled }, tenant, range),
      ),

    /** Of every endpoint, in the order of the list. */
    health: (tenant: TenantScope): Promise<WebhookHealthView[]> =>
      health.get(`${tenant.tenant_id} ${tenant.mode}`, () => readHealth(database, tenant)),
  };
}

interface Sources {
  database: Database;
  settled: SettledParts;
}

async function readOverview(sources: Sources, tenant: TenantScope, range: Range): Promise<OverviewView> {
  const { database } = sources;
  const span = spanOf(range, Date.now());
  const bounds = boundIdsOf(span);
  const [rows, durations, endpoints] = await Promise.all([
    countParts(sources, tenant, { range, span }),
    sampleDurations(database, tenant, bounds),
    listEndpointStates(database, tenant),
  ]);
  const failures = await findLastFailures(database, tenant, lastFailingParts(rows, bounds));
  const totals = toTotals(rows);
  return {
    range,
    from: new Date(span.bounds_ms[0] as number).toISOString(),
    to: new Date(span.bounds_ms.at(-1) as number).toISOString(),
    bucket_seconds: span.bucket_seconds,
    buckets: toBuckets(span, rows),
    totals,
    success_rate: successRateOf(totals),
    p95_ms: weightedPercentile(durations, deliveriesByBucket(rows), 0.95),
    endpoints: toEndpoints(endpoints, rows, failures),
  };
}

function countParts(
  { database, settled }: Sources,
  tenant: TenantScope,
  { range, span }: { range: Range; span: Span },
): Promise<CountedRow[]> {
  const bounds = boundIdsOf(span);
  return settled.rowsOf(`${tenant.tenant_id} ${tenant.mode} ${range}`, span, async (firstPart) => {
    const rows = await countDeliveries(database, tenant, bounds.slice(firstPart - 1));
    return rows.map((row) => ({ ...row, bucket: row.bucket + firstPart - 1 }));
  });
}

async function readHealth(database: Database, tenant: TenantScope): Promise<WebhookHealthView[]> {
  const span = lastHours(HEALTH_HOURS, Date.now());
  const endpoints = await listEndpointStates(database, tenant);
  const ids = endpoints.map(({ id }) => id);
  const [rows, lastDeliveries] = await Promise.all([
    countDeliveries(database, tenant, boundIdsOf(span)),
    findLastDeliveries(database, tenant, ids),
  ]);
  const rowsOf = byEndpoint(rows);
  const lastOf = new Map(lastDeliveries.map((row) => [row.endpoint_id, row]));
  return ids.map((id) => {
    const own = rowsOf.get(id) ?? [];
    const last = lastOf.get(id);
    return {
      endpoint_id: toPublicId('endpoint', id),
      hours: toBuckets(span, own).map(({ at, succeeded, failed }) => ({ at, succeeded, failed })),
      last_delivery: last
        ? { id: toPublicId('delivery', last.id), status: last.status, at: last.created_at.toISOString() }
        : null,
      success_rate: successRateOf(toTotals(own)),
    };
  });
}

/** Of each endpoint that failed, the last part of the span in which it did. */
function lastFailingParts(rows: readonly CountedRow[], bounds: readonly string[]): FailingPart[] {
  const lastOf = new Map<string, number>();
  for (const { endpoint_id, bucket, failed } of rows) {
    if (failed > 0) lastOf.set(endpoint_id, Math.max(bucket, lastOf.get(endpoint_id) ?? 0));
  }
  return [...lastOf].map(([endpoint_id, bucket]) => ({
    ...{ endpoint_id, from: bounds[bucket - 1] as string, until: bounds[bucket] as string },
  }));
}

function deliveriesByBucket(rows: readonly CountedRow[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { bucket, succeeded, failed, pending } of rows) {
    counts.set(bucket, (counts.get(bucket) ?? 0) + succeeded + failed + pending);
  }
  return counts;
}
