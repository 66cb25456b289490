import { toPublicId, webhookBody } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';
import type { EventRow } from '../events/repository.js';
import type { AttemptRow, DeliveryRow } from './repository.js';
import type { AttemptView, DeliveryView } from './schemas.js';

/** The body is the same on every attempt (invariant 6), so the log makes it again instead of keeping a copy of each. */
export function bodyOf(tenant: TenantScope, delivery: DeliveryRow, event: EventRow): string {
  return webhookBody({
    event: delivery.event_type,
    event_id: event.id,
    tenant_id: tenant.tenant_id,
    created_at: event.created_at,
    data_json: event.data,
  });
}

export function toDeliveryView(row: DeliveryRow): DeliveryView {
  return {
    id: toPublicId('delivery', row.id),
    event_id: toPublicId('event', row.event_id),
    endpoint_id: toPublicId('endpoint', row.endpoint_id),
    event: row.event_type,
    status: row.status,
    cancel_reason: row.cancel_reason,
    attempt_count: row.attempt_count,
    trigger: row.run_trigger,
    replay_id: row.replay_id && toPublicId('replay', row.replay_id),
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    last_status_code: row.last_status_code,
    last_error: errorOf(row.last_error_code, row.last_error_message),
    created_at: row.created_at.toISOString(),
    completed_at: row.completed_at?.toISOString() ?? null,
  };
}

function errorOf(code: string | null, message: string | null) {
  return code === null ? null : { code, message: message ?? '' };
}

export function toAttemptView(row: AttemptRow, requestBody: string): AttemptView {
  const headers = (text: string) => JSON.parse(text) as Record<string, string>;
  return {
    number: row.number,
    trigger: row.trigger,
    started_at: row.started_at.toISOString(),
    duration_ms: row.duration_ms,
    status_code: row.status_code,
    error: errorOf(row.error_code, row.error_message),
    request: { headers: headers(row.request_headers), body: requestBody },
    response:
      row.response_headers === null ? null : { headers: headers(row.response_headers), body: row.response_body ?? '' },
  };
}
