import { AppError } from '@switchboard/shared';
import type { Database, Executor } from '@switchboard/db';
import type { TenantScope } from '../../http/route.js';

/** Deliveries of one endpoint whose events happened within one part of the span. */
export interface CountedRow {
  /** From 1. */
  bucket: number;
  endpoint_id: string;
  succeeded: number;
  failed: number;
  pending: number;
  attempts: number;
}

/** Past it the statement is ended: an overview must not hold a connection of the API for long. */
const MAX_COUNTING_MS = 8_000;
const QUERY_CANCELED = '57014';

/**
 * Counts in one pass over the tenant's rows of the span. Not prepared: with dozens of partitions the plan for the very
 * days is worth its making. Measured with 100,000 deliveries in 30 days: 80 to 150 ms.
 *
 * @param bounds ids at which the parts begin, and where the last one ends
 * @throws AppError unavailable where there is too much to count
 */
export async function countDeliveries(
  database: Database,
  tenant: TenantScope,
  bounds: readonly string[],
  maxCountingMs = MAX_COUNTING_MS,
): Promise<CountedRow[]> {
  try {
    return await database.transaction(async (transaction) => {
      await limitTime(transaction, maxCountingMs);
      return transaction.query<CountedRow>({
        text: `
          SELECT width_bucket(id, $3::uuid[]) AS bucket, endpoint_id,
            count(*) FILTER (WHERE status = 'succeeded') AS succeeded, count(*) FILTER (WHERE status = 'dead') AS failed,
            count(*) FILTER (WHERE status = 'pending') AS pending, sum(attempt_count) AS attempts
          FROM deliveries
          WHERE tenant_id = $1 AND mode = $2 AND id >= $4 AND id < $5 AND event_id >= $4 AND event_id < $5
            AND run_trigger <> 'test' AND status <> 'cancelled'
          GROUP BY 1, 2`,
        values: [tenant.tenant_id, tenant.mode, bounds, bounds[0], bounds.at(-1)],
      });
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
    throw new AppError(
      'unavailable',
      'There are too many deliveries in this time to count them. Choose a shorter one.',
      {
        retryAfterSeconds: 60,
        cause: error,
      },
    );
  }
}

function limitTime(transaction: Executor, ms: number): Promise<unknown> {
  return transaction.query({ text: `SELECT set_config('statement_timeout', $1, true)`, values: [String(ms)] });
}

/** Deliveries looked at in each part of the span for how long their attempts took. */
export const SAMPLED_PER_BUCKET = 50;

export interface SampledRow {
  bucket: number;
  delivery_id: string;
  duration_ms: number;
}

/**
 * How long attempts took. An attempt's row has no index by tenant and time, which every delivery would pay for; so each
 * part of the span gives its first few deliveries, and the database reads some thousand rows however many there are.
 */
export function sampleDurations(
  executor: Executor,
  tenant: TenantScope,
  bounds: readonly string[],
): Promise<SampledRow[]> {
  return executor.query<SampledRow>({
    text: `
      SELECT part.bucket, a.delivery_id, a.duration_ms
      FROM generate_series(1, array_length($3::uuid[], 1) - 1) AS part (bucket)
      CROSS JOIN LATERAL (
        SELECT id FROM deliveries
        WHERE tenant_id = $1 AND mode = $2 AND id >= ($3::uuid[])[part.bucket] AND id < ($3::uuid[])[part.bucket + 1]
          AND event_id >= $4 AND event_id < $5 AND attempt_count > 0 AND run_trigger <> 'test' AND status <> 'cancelled'
        ORDER BY id LIMIT $6
      ) AS d
      JOIN attempts a ON a.delivery_id = d.id AND a.delivery_id >= $4 AND a.delivery_id < $5`,
    values: [tenant.tenant_id, tenant.mode, bounds, bounds[0], bounds.at(-1), SAMPLED_PER_BUCKET],
  });
}

export interface EndpointStateRow {
  id: string;
  url: string;
  enabled: boolean;
  disabled_reason: string | null;
}

/** Endpoints shown at once; nobody reads more of them on one screen. */
const MAX_ENDPOINTS = 500;

export function listEndpointStates(executor: Executor, tenant: TenantScope): Promise<EndpointStateRow[]> {
  return executor.query<EndpointStateRow>({
    name: 'list-endpoint-states',
    text: `
      SELECT id, url, enabled, disabled_reason FROM webhook_endpoints
      WHERE tenant_id = $1 AND mode = $2 AND deleted_at IS NULL
      ORDER BY created_at, id LIMIT ${MAX_ENDPOINTS}`,
    values: [tenant.tenant_id, tenant.mode],
  });
}

export interface LastFailureRow {
  endpoint_id: string;
  failed_at: Date;
  error_code: string | null;
  error_message: string | null;
}

/** Where the newest dead delivery of an endpoint is: its id is in [from, until). */
export interface FailingPart {
  endpoint_id: string;
  from: string;
  until: string;
}

/**
 * The newest dead delivery of each of these endpoints, which is known to be in its part: one day is read, and not all
 * of them. Where it was replayed since it was counted there is none.
 */
export async function findLastFailures(
  executor: Executor,
  tenant: TenantScope,
  parts: readonly FailingPart[],
): Promise<LastFailureRow[]> {
  if (parts.length === 0) return [];
  const [froms, untils] = [parts.map(({ from }) => from), parts.map(({ until }) => until)];
  return executor.query<LastFailureRow>({
    text: `
      SELECT wanted.endpoint_id, d.completed_at AS failed_at, d.last_error_code AS error_code,
        d.last_error_message AS error_message
      FROM unnest($3::uuid[], $4::uuid[], $5::uuid[]) AS wanted (endpoint_id, first_id, end_id)
      CROSS JOIN LATERAL (
        SELECT completed_at, last_error_code, last_error_message FROM deliveries
        WHERE tenant_id = $1 AND mode = $2 AND status = 'dead' AND endpoint_id = wanted.endpoint_id
          AND id >= wanted.first_id AND id < wanted.end_id AND event_id >= wanted.first_id AND event_id < wanted.end_id
          AND event_id >= $6 AND event_id < $7 AND run_trigger <> 'test'
        ORDER BY id DESC LIMIT 1
      ) AS d`,
    // The last two leave days out before the plan is made.
    values: [
      ...[tenant.tenant_id, tenant.mode, parts.map(({ endpoint_id }) => endpoint_id), froms, untils],
      ...[froms.toSorted()[0], untils.toSorted().at(-1)],
    ],
  });
}

export interface LastDeliveryRow {
  endpoint_id: string;
  id: string;
  status: string;
  created_at: Date;
}

/** The newest delivery of each endpoint, as far back as they are kept. */
export function findLastDeliveries(
  executor: Executor,
  tenant: TenantScope,
  endpointIds: readonly string[],
): Promise<LastDeliveryRow[]> {
  return executor.query<LastDeliveryRow>({
    text: `
      SELECT wanted.endpoint_id, d.id, d.status, d.created_at
      FROM unnest($3::uuid[]) AS wanted (endpoint_id)
      CROSS JOIN LATERAL (
        SELECT id, status, created_at FROM deliveries
        WHERE endpoint_id = wanted.endpoint_id AND tenant_id = $1 AND mode = $2
        ORDER BY id DESC LIMIT 1
      ) AS d`,
    values: [tenant.tenant_id, tenant.mode, endpointIds],
  });
}
