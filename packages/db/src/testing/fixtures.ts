import { newUuid, uuidTimestampMs } from '@switchboard/shared';
import { randomBytes } from 'node:crypto';
import type { Executor } from '../executor.js';
import type { NewEvent } from '../outbox/insert-events.js';

/** A tenant's row. @returns its id */
export async function insertTenant(executor: Executor): Promise<string> {
  const id = newUuid();
  await executor.query({ text: `INSERT INTO tenants (id, name, plan_id) VALUES ($1, 'Test', 'pro')`, values: [id] });
  return id;
}

export interface EndpointFixture {
  id?: string;
  tenant_id: string;
  mode?: string;
  url?: string;
  event_types?: string[];
  enabled?: boolean;
  deleted?: boolean;
  secret_sealed?: Buffer;
  headers_sealed?: Buffer | null;
  max_attempts?: number | null;
  timeout_ms?: number | null;
  max_in_flight?: number | null;
  rate_limit_per_second?: number | null;
  ordering?: 'none' | 'fifo';
}

/** An endpoint's row; where nothing is said it is enabled, live and subscribed to everything. @returns its id */
export async function insertEndpoint(executor: Executor, endpoint: EndpointFixture): Promise<string> {
  const id = endpoint.id ?? newUuid();
  await executor.query({
    text: `
      INSERT INTO webhook_endpoints (id, tenant_id, mode, url, event_types, enabled, secret_sealed, headers_sealed,
        max_attempts, timeout_ms, deleted_at, max_in_flight, rate_limit_per_second, ordering)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $11 THEN now() END, $12, $13, $14)`,
    values: [
      id,
      endpoint.tenant_id,
      endpoint.mode ?? 'live',
      endpoint.url ?? 'http://127.0.0.1:9/hook',
      endpoint.event_types ?? ['*'],
      endpoint.enabled ?? true,
      endpoint.secret_sealed ?? randomBytes(32),
      endpoint.headers_sealed ?? null,
      endpoint.max_attempts ?? null,
      endpoint.timeout_ms ?? null,
      endpoint.deleted ?? false,
      endpoint.max_in_flight ?? null,
      endpoint.rate_limit_per_second ?? null,
      endpoint.ordering ?? 'none',
    ],
  });
  return id;
}

/** An event that is not in the database yet. */
export function anEvent(fields: Partial<NewEvent> & { tenant_id: string }): NewEvent {
  const id = fields.id ?? newUuid();
  return {
    id,
    mode: 'live',
    type: 'appointment.created',
    data_json: '{"n":1}',
    request_id: null,
    created_at: new Date(uuidTimestampMs(id)),
    ...fields,
  };
}

/** A UUIDv7 of another time: what an event of that millisecond would have. */
export function uuidAt(timestampMs: number): string {
  const time = timestampMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-${newUuid().slice(14)}`;
}
