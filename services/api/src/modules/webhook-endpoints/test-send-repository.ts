import type { Executor } from '@switchboard/db';
import { newUuid, uuidTimestampMs } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';
import type { TestEvent } from './test-events.js';

/** UUIDs. */
export interface TestDeliveryKey {
  event_id: string;
  endpoint_id: string;
  delivery_id: string;
}

/** An event without an outbox row, so that nobody else gets it, and its one delivery. */
export async function insertTestDelivery(
  transaction: Executor,
  tenant: TenantScope,
  { endpoint_id, event, request_id }: { endpoint_id: string; event: TestEvent; request_id: string },
): Promise<TestDeliveryKey> {
  const event_id = newUuid();
  const [row] = await transaction.query<{ delivery_id: string }>({
    name: 'insert-test-delivery',
    text: `
      WITH event AS (
        INSERT INTO events (id, tenant_id, mode, type, data, request_id, created_at, is_test)
        VALUES ($1, $2, $3, $4, $5, $6, $7, true)
        RETURNING id, tenant_id, mode, request_id
      )
      INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, request_id, run_trigger)
      SELECT id, $8, delivery_id_for(id), tenant_id, mode, $9, request_id, 'test' FROM event
      RETURNING id AS delivery_id`,
    values: [
      event_id,
      tenant.tenant_id,
      tenant.mode,
      event.type,
      event.data_json,
      request_id,
      // The very millisecond in the id, as of every event.
      new Date(uuidTimestampMs(event_id)),
      endpoint_id,
      event.delivered_as,
    ],
  });
  return { event_id, endpoint_id, delivery_id: (row as { delivery_id: string }).delivery_id };
}

/** Whether nothing more is to be waited for: its attempt is recorded, or it was cancelled. One look by primary key. */
export async function isTestDone(
  executor: Executor,
  tenant: TenantScope,
  { event_id, endpoint_id }: TestDeliveryKey,
): Promise<boolean> {
  const [row] = await executor.query<{ done: boolean }>({
    name: 'is-test-done',
    text: `
      SELECT attempt_count > 0 OR status <> 'pending' AS done FROM deliveries
      WHERE event_id = $1 AND endpoint_id = $2 AND tenant_id = $3 AND mode = $4`,
    values: [event_id, endpoint_id, tenant.tenant_id, tenant.mode],
  });
  return row?.done ?? false;
}
