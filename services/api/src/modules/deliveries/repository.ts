import { sql, type Executor } from '@switchboard/db';
import { firstUuidOf, uuidTimestampMs, type ListMeta } from '@switchboard/shared';
import { listByCursor } from '../../http/list-query.js';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

/** What began a run: the event itself, somebody's replay, or a test of the endpoint. */
export type Trigger = 'automatic' | 'replay' | 'test';

export interface DeliveryRow {
  id: string;
  event_id: string;
  endpoint_id: string;
  event_type: string;
  status: 'pending' | 'succeeded' | 'dead' | 'cancelled';
  cancel_reason: string | null;
  attempt_count: number;
  run_trigger: Trigger;
  replay_id: string | null;
  next_attempt_at: Date | null;
  last_status_code: number | null;
  last_error_code: string | null;
  last_error_message: string | null;
  created_at: Date;
  completed_at: Date | null;
}

export interface AttemptRow {
  number: number;
  trigger: Trigger;
  started_at: Date;
  duration_ms: number;
  status_code: number | null;
  error_code: string | null;
  error_message: string | null;
  request_headers: string;
  response_headers: string | null;
  response_body: string | null;
}

export interface DeliveryFilter {
  status?: string | undefined;
  endpoint_id?: string | undefined;
  event_id?: string | undefined;
  event_type?: string | undefined;
  last_error_code?: string | undefined;
  /** Of events committed at this time or later. */
  since?: Date | undefined;
  /** Of events committed before it. */
  until?: Date | undefined;
}

const COLUMNS = [
  'id',
  'event_id',
  'endpoint_id',
  'event_type',
  'status',
  'cancel_reason',
  'attempt_count',
  'run_trigger',
  'replay_id',
  'next_attempt_at',
  'last_status_code',
  'last_error_code',
  'last_error_message',
  'created_at',
  'completed_at',
];

function deliveriesOf(tenant: TenantScope, { since, until, ...exact }: DeliveryFilter) {
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined));
  const query = sql('deliveries').where({ tenant_id: tenant.tenant_id, mode: tenant.mode, ...given });
  // A delivery's id has its event's millisecond, as has the event's own, which tells the partition: days that are not
  // asked for are not looked into.
  for (const column of ['id', 'event_id']) {
    if (since) query.where(column, '>=', firstUuidOf(since.getTime()));
    if (until) query.where(column, '<', firstUuidOf(until.getTime()));
  }
  return query;
}

export function listDeliveries(
  executor: Executor,
  tenant: TenantScope,
  filter: DeliveryFilter,
  page: CursorRequest,
): Promise<{ rows: DeliveryRow[]; meta: ListMeta }> {
  return listByCursor<DeliveryRow>(executor, () => deliveriesOf(tenant, filter), { columns: COLUMNS, page });
}

export async function findDelivery(executor: Executor, tenant: TenantScope, id: string): Promise<DeliveryRow | null> {
  const [row] = await executor.run<DeliveryRow>(deliveriesOf(tenant, {}).where({ id }).select(COLUMNS));
  return row ?? null;
}

/** Many by their ids; those that are not the tenant's are missing from the answer. */
export function findDeliveries(
  executor: Executor,
  tenant: TenantScope,
  ids: readonly string[],
): Promise<DeliveryRow[]> {
  const times = ids.map(uuidTimestampMs);
  const days = { since: new Date(Math.min(...times)), until: new Date(Math.max(...times) + 1) };
  return executor.run<DeliveryRow>(
    deliveriesOf(tenant, days)
      .whereRaw('id = ANY (?::uuid[])', [[...ids]])
      .select(COLUMNS)
      .orderBy('id', 'desc'),
  );
}

const MAX_NEW = 100;

/** The newest, of events since a time. */
export function listNewDeliveries(executor: Executor, tenant: TenantScope, since: Date): Promise<DeliveryRow[]> {
  return executor.run<DeliveryRow>(
    deliveriesOf(tenant, { since }).select(COLUMNS).orderBy('id', 'desc').limit(MAX_NEW),
  );
}

export function listAttempts(executor: Executor, tenant: TenantScope, deliveryId: string): Promise<AttemptRow[]> {
  return executor.run<AttemptRow>(
    sql('attempts')
      .where({ tenant_id: tenant.tenant_id, delivery_id: deliveryId })
      .select('number', 'trigger', 'started_at', 'duration_ms', 'status_code', 'error_code', 'error_message')
      .select('request_headers', 'response_headers', 'response_body')
      .orderBy('number'),
  );
}

export interface ReplayableRow extends DeliveryRow {
  /** Whether the event is still kept: without it there is nothing to send. */
  has_event: boolean;
  endpoint_enabled: boolean;
  endpoint_deleted: boolean;
}

/** Deliveries with all that decides whether they can be replayed. */
export function findReplayable(
  executor: Executor,
  tenant: TenantScope,
  ids: readonly string[],
): Promise<ReplayableRow[]> {
  return executor.run<ReplayableRow>(
    sql
      .with(
        'd',
        deliveriesOf(tenant, {})
          .whereRaw('id = ANY (?::uuid[])', [[...ids]])
          .select(COLUMNS),
      )
      .from('d')
      .join('webhook_endpoints as en', 'en.id', 'd.endpoint_id')
      .select('d.*', 'en.enabled as endpoint_enabled')
      .select(sql.raw('en.deleted_at IS NOT NULL AS endpoint_deleted'))
      .select(sql.raw('EXISTS (SELECT FROM events ev WHERE ev.id = d.event_id) AS has_event')),
  );
}
