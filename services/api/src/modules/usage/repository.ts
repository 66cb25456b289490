import type { Executor } from '@switchboard/db';

export interface Counts {
  webhooks: number;
  keys: number;
  people: number;
}

/** Of both modes: what a plan covers is the tenant. Keys that can be used, webhooks that are not deleted. */
export async function countPossessions(executor: Executor, tenantId: string): Promise<Counts> {
  const [row] = await executor.query<Counts>({
    name: 'count-possessions',
    text: `
      SELECT
        (SELECT count(*) FROM webhook_endpoints WHERE tenant_id = $1 AND deleted_at IS NULL) AS webhooks,
        (SELECT count(*) FROM api_keys
         WHERE tenant_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())) AS keys,
        (SELECT count(*) FROM memberships WHERE tenant_id = $1) AS people`,
    values: [tenantId],
  });
  return row as Counts;
}
