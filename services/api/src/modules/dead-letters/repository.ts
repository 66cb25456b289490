import type { Executor } from '@switchboard/db';
import type { TenantScope } from '../../http/route.js';

export interface DeadGroupRow {
  endpoint_id: string;
  url: string;
  enabled: boolean;
  deleted: boolean;
  error_code: string;
  /** What the newest of them says. */
  error_message: string;
  count: number;
  first_at: Date;
  last_at: Date;
  /** Deliveries that were looked at for all the groups together. */
  examined: number;
}

/**
 * The newest dead deliveries, by endpoint and error. An index has the dead alone, newest last; the limit bounds the
 * rows that are read, whatever has gone wrong. Tests are left out: nobody owes them to anybody.
 *
 * @param sinceId of events that happened at its time or later
 */
export function groupDeadLetters(
  executor: Executor,
  tenant: TenantScope,
  { sinceId, limit }: { sinceId: string; limit: number },
): Promise<DeadGroupRow[]> {
  return executor.query<DeadGroupRow>({
    text: `
      WITH dead AS MATERIALIZED (
        SELECT id, endpoint_id, coalesce(last_error_code, 'unknown') AS error_code,
          coalesce(last_error_message, '') AS error_message, completed_at
        FROM deliveries
        WHERE tenant_id = $1 AND mode = $2 AND status = 'dead' AND id >= $3 AND event_id >= $3 AND run_trigger <> 'test'
        ORDER BY id DESC LIMIT $4
      ), groups AS (
        SELECT endpoint_id, error_code, count(*) AS count, min(completed_at) AS first_at, max(completed_at) AS last_at,
          -- The message of the newest id; ids are as long as each other, so their texts sort as they do.
          substr(max(id::text || error_message), 37) AS error_message
        FROM dead GROUP BY endpoint_id, error_code
      )
      SELECT g.*, e.url, e.enabled, e.deleted_at IS NOT NULL AS deleted, (SELECT count(*) FROM dead) AS examined
      FROM groups g JOIN webhook_endpoints e ON e.id = g.endpoint_id AND e.tenant_id = $1
      ORDER BY g.last_at DESC, g.endpoint_id, g.error_code`,
    values: [tenant.tenant_id, tenant.mode, sinceId, limit],
  });
}
