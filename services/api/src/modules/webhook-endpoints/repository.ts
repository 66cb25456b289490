import { sql, type Executor } from '@switchboard/db';
import type { DisabledReason, ListMeta } from '@switchboard/shared';
import { listPage, OLDEST_FIRST } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface EndpointRow {
  id: string;
  url: string;
  description: string;
  event_types: string[];
  enabled: boolean;
  disabled_reason: DisabledReason | null;
  disabled_at: Date | null;
  headers_sealed: Buffer | null;
  max_attempts: number | null;
  timeout_ms: number | null;
  max_in_flight: number | null;
  rate_limit_per_second: number | null;
  ordering: 'none' | 'fifo';
  /** null where the overlap has ended, by the database's clock. */
  previous_secret_expires_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** What a caller may set. The switch is apart: turning it changes more than itself. */
export type EndpointChanges = Partial<
  Pick<
    EndpointRow,
    | 'url'
    | 'description'
    | 'event_types'
    | 'headers_sealed'
    | 'max_attempts'
    | 'timeout_ms'
    | 'max_in_flight'
    | 'rate_limit_per_second'
    | 'ordering'
  >
>;

export type Turn = 'on' | 'off';

const COLUMNS = [
  'id',
  'url',
  'description',
  'event_types',
  'enabled',
  'disabled_reason',
  'disabled_at',
  'headers_sealed',
  'max_attempts',
  'timeout_ms',
  'max_in_flight',
  'rate_limit_per_second',
  'ordering',
  sql.raw(
    'CASE WHEN previous_secret_expires_at > now() THEN previous_secret_expires_at END AS previous_secret_expires_at',
  ),
  'created_at',
  'updated_at',
];

/** A tenant's endpoints that are not deleted: every query below starts here. */
function endpointsOf(tenant: TenantScope) {
  return sql('webhook_endpoints').where({ tenant_id: tenant.tenant_id, mode: tenant.mode }).whereNull('deleted_at');
}

/** Turned on it starts anew: what it failed at before counts no longer. */
function switched(turn: Turn | null): object {
  if (turn === 'off') return { enabled: false, disabled_reason: 'manual', disabled_at: sql.fn.now() };
  if (turn === 'on') return { enabled: true, disabled_reason: null, disabled_at: null, failing_since: null };
  return {};
}

export async function insertEndpoint(
  executor: Executor,
  tenant: TenantScope,
  endpoint: EndpointChanges & { id: string; secret_sealed: Buffer },
  turn: Turn,
): Promise<EndpointRow> {
  const { tenant_id, mode } = tenant;
  const [row] = await executor.run<EndpointRow>(
    sql('webhook_endpoints')
      .insert({ ...endpoint, ...switched(turn), tenant_id, mode })
      .returning(COLUMNS),
  );
  return row as EndpointRow;
}

export async function findEndpoint(executor: Executor, tenant: TenantScope, id: string): Promise<EndpointRow | null> {
  const [row] = await executor.run<EndpointRow>(endpointsOf(tenant).where({ id }).select(COLUMNS));
  return row ?? null;
}

export function listEndpoints(
  executor: Executor,
  tenant: TenantScope,
  page: PageRequest,
): Promise<{ rows: EndpointRow[]; meta: ListMeta }> {
  return listPage<EndpointRow>(executor, () => endpointsOf(tenant), { columns: COLUMNS, order: OLDEST_FIRST, page });
}

/** Holds the row until the transaction ends, so that two changes come one after the other. */
export async function lockEndpoint(
  transaction: Executor,
  tenant: TenantScope,
  id: string,
): Promise<EndpointRow | null> {
  const [row] = await transaction.run<EndpointRow>(endpointsOf(tenant).where({ id }).select(COLUMNS).forUpdate());
  return row ?? null;
}

export async function updateEndpoint(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  { changes, turn }: { changes: EndpointChanges; turn: Turn | null },
): Promise<EndpointRow> {
  const [row] = await executor.run<EndpointRow>(
    endpointsOf(tenant)
      .where({ id })
      .update({ ...changes, ...switched(turn), updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row as EndpointRow;
}

/**
 * The present secret becomes the previous one until the overlap ends, by the database's clock. A secret is sealed for
 * its endpoint and not for its column, so it can be moved without being opened.
 */
export async function rotateSecret(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  { secret_sealed, overlap_hours }: { secret_sealed: Buffer; overlap_hours: number },
): Promise<EndpointRow> {
  const previous =
    overlap_hours === 0
      ? { previous_secret_sealed: null, previous_secret_expires_at: null }
      : {
          previous_secret_sealed: sql.ref('secret_sealed'),
          previous_secret_expires_at: sql.raw(`now() + ? * interval '1 hour'`, [overlap_hours]),
        };
  const [row] = await executor.run<EndpointRow>(
    endpointsOf(tenant)
      .where({ id })
      .update({ ...previous, secret_sealed, updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row as EndpointRow;
}

/** Takes it out of sight and out of the fan-out; what is still pending for it is cancelled when it comes due. */
export async function deleteEndpoint(executor: Executor, tenant: TenantScope, id: string): Promise<EndpointRow | null> {
  const [row] = await executor.run<EndpointRow>(
    endpointsOf(tenant).where({ id }).update({ deleted_at: sql.fn.now(), updated_at: sql.fn.now() }).returning(COLUMNS),
  );
  return row ?? null;
}
