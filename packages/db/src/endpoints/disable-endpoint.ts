import { disabledEndpointData, newUuid, uuidTimestampMs } from '@switchboard/shared';
import { writeAudit } from '../audit/audit-log.js';
import type { Database } from '../database.js';
import type { Executor } from '../executor.js';
import { insertEvents } from '../outbox/insert-events.js';

export type EndpointToDisable =
  /** Its receiver answered 410. `url`: where that was POSTed to, for the owner may have given another one since. */
  | { endpoint_id: string; reason: 'gone'; url: string }
  /** All its deliveries failed for too long. */
  | { endpoint_id: string; reason: 'failing' };

interface DisabledRow {
  id: string;
  tenant_id: string;
  mode: string;
  url: string;
  description: string;
  disabled_at: Date;
}

/**
 * Disables an endpoint by a rule of ours. Row, audit entry and the event for the tenant's other endpoints are one
 * transaction: this endpoint is disabled when its event is fanned out, so it does not get it. Two workers meet at the
 * row's lock, and the second finds it disabled.
 *
 * @returns the ids of the events to announce, or null where there was nothing to do: it is disabled or deleted already,
 *   has another URL now, or has had a success meanwhile
 */
export function disableEndpoint(database: Database, target: EndpointToDisable): Promise<string[] | null> {
  return database.transaction(async (transaction) => {
    const row = await markDisabled(transaction, target);
    if (!row) return null;
    await writeAudit(transaction, {
      tenant_id: row.tenant_id,
      mode: row.mode,
      actor: { kind: 'system' },
      action: 'webhook_endpoint.disabled',
      target: { kind: 'webhook_endpoint', id: row.id },
      after: { reason: target.reason },
    });
    const eventId = newUuid();
    await insertEvents(transaction, [
      {
        id: eventId,
        tenant_id: row.tenant_id,
        mode: row.mode,
        type: 'webhook_endpoint.disabled',
        data_json: JSON.stringify(disabledEndpointData({ ...row, disabled_reason: target.reason })),
        request_id: null,
        created_at: new Date(uuidTimestampMs(eventId)),
      },
    ]);
    return [eventId];
  });
}

/** failing_since is cleared with it: whoever enables it again begins anew, with five days before them. */
async function markDisabled(transaction: Executor, target: EndpointToDisable): Promise<DisabledRow | undefined> {
  const [row] = await transaction.query<DisabledRow>({
    name: 'mark-endpoint-disabled',
    text: `
      UPDATE webhook_endpoints
      SET enabled = false, disabled_reason = $2, disabled_at = now(), failing_since = NULL, updated_at = now()
      WHERE id = $1 AND enabled AND deleted_at IS NULL
        AND CASE $2 WHEN 'gone' THEN url = $3 ELSE failing_since IS NOT NULL END
      RETURNING id, tenant_id, mode, url, description, disabled_at`,
    values: [target.endpoint_id, target.reason, target.reason === 'gone' ? target.url : null],
  });
  return row;
}
