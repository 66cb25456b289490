import type { Executor } from '@switchboard/db';
import { newUuid } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';

export interface NewLink {
  abilities: readonly string[];
  token_hash: Buffer;
  open_for_ms: number;
}

/** The link's time is the database's, as is the check of it. */
export async function insertPortalLink(
  executor: Executor,
  { tenant_id, mode }: TenantScope,
  { abilities, token_hash, open_for_ms }: NewLink,
): Promise<{ id: string; open_until: Date }> {
  const [row] = await executor.query<{ id: string; open_until: Date }>({
    name: 'insert-portal-link',
    text: `
      INSERT INTO portal_links (id, tenant_id, mode, abilities, token_hash, open_until)
      VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond') RETURNING id, open_until`,
    values: [newUuid(), tenant_id, mode, abilities, token_hash, open_for_ms],
  });
  return row as { id: string; open_until: Date };
}

/** Once: whoever comes second finds nothing. */
export async function openPortalLink(
  transaction: Executor,
  tokenHash: Buffer,
): Promise<(TenantScope & { id: string; abilities: string[] }) | null> {
  const [row] = await transaction.query<TenantScope & { id: string; abilities: string[] }>({
    name: 'open-portal-link',
    text: `
      UPDATE portal_links SET opened_at = now()
      WHERE token_hash = $1 AND opened_at IS NULL AND open_until > now()
      RETURNING id, tenant_id, mode, abilities`,
    values: [tokenHash],
  });
  return row ?? null;
}

/** A backend asks for a link at every click; what came of the old ones is in the audit log. */
export async function forgetOldLinks(executor: Executor, tenantId: string): Promise<void> {
  await executor.query({
    name: 'forget-old-portal-links',
    text: `
      WITH old AS (
        SELECT id FROM portal_links WHERE tenant_id = $1 AND open_until < now() - interval '30 days' LIMIT 100
      ), sessions AS (
        DELETE FROM portal_sessions WHERE portal_link_id IN (SELECT id FROM old)
      )
      DELETE FROM portal_links WHERE id IN (SELECT id FROM old)`,
    values: [tenantId],
  });
}
