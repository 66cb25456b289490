import { sql, type Executor } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listByCursor } from '../../http/list-query.js';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface DeliveryRow {
  id: string;
  event_id: string;
  endpoint_id: string;
  event_type: string;
  status: 'pending' | 'succeeded' | 'dead' | 'cancelled';
  cancel_reason: string | null;
  attempt_count: number;
  next_attempt_at: Date | null;
  last_status_code: number | null;
  last_error_code: string | null;
  last_error_message: string | null;
  created_at: Date;
  completed_at: Date | null;
}

export interface AttemptRow {
  number: number;
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
}

const COLUMNS = [
  'id',
  'event_id',
  'endpoint_id',
  'event_type',
  'status',
  'cancel_reason',
  'attempt_count',
  'next_attempt_at',
  'last_status_code',
  'last_error_code',
  'last_error_message',
  'created_at',
  'completed_at',
];

function deliveriesOf(tenant: TenantScope, filter: DeliveryFilter) {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return sql('deliveries').where({ tenant_id: tenant.tenant_id, mode: tenant.mode, ...given });
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

export function listAttempts(executor: Executor, tenant: TenantScope, deliveryId: string): Promise<AttemptRow[]> {
  return executor.run<AttemptRow>(
    sql('attempts')
      .where({ tenant_id: tenant.tenant_id, delivery_id: deliveryId })
      .select('number', 'started_at', 'duration_ms', 'status_code', 'error_code', 'error_message')
      .select('request_headers', 'response_headers', 'response_body')
      .orderBy('number'),
  );
}
