import type { Executor } from '@switchboard/db';
import { newUuid, type Role } from '@switchboard/shared';

export interface InvitationRow {
  id: string;
  tenant_id: string;
  email: string;
  role: Role;
  expires_at: Date;
  created_at: Date;
}

const COLUMNS = 'id, tenant_id, email, role, expires_at, created_at';
const IS_OPEN = 'accepted_at IS NULL AND withdrawn_at IS NULL';

export async function insertInvitation(
  executor: Executor,
  invitation: Pick<InvitationRow, 'tenant_id' | 'email' | 'role' | 'expires_at'> & {
    token_hash: Buffer;
    invited_by: string | null;
  },
): Promise<InvitationRow> {
  const { tenant_id, email, role, token_hash, invited_by, expires_at } = invitation;
  const [row] = await executor.query<InvitationRow>({
    name: 'insert-invitation',
    text: `
      INSERT INTO invitations (id, tenant_id, email, role, token_hash, invited_by, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    values: [newUuid(), tenant_id, email, role, token_hash, invited_by, expires_at],
  });
  return row as InvitationRow;
}

export function listOpenInvitations(
  executor: Executor,
  tenantId: string,
): Promise<(InvitationRow & { invited_by: string | null })[]> {
  return executor.query({
    name: 'list-open-invitations',
    text: `
      SELECT i.id, i.tenant_id, i.email, i.role, i.expires_at, i.created_at, u.email AS invited_by
      FROM invitations i LEFT JOIN users u ON u.id = i.invited_by
      WHERE i.tenant_id = $1 AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now()
      ORDER BY i.created_at, i.id`,
    values: [tenantId],
  });
}

/** @returns null where there is none of this tenant that is open */
export async function withdrawInvitation(
  executor: Executor,
  tenantId: string,
  id: string,
): Promise<InvitationRow | null> {
  const [row] = await executor.query<InvitationRow>({
    name: 'withdraw-invitation',
    text: `UPDATE invitations SET withdrawn_at = now() WHERE tenant_id = $1 AND id = $2 AND ${IS_OPEN} RETURNING ${COLUMNS}`,
    values: [tenantId, id],
  });
  return row ?? null;
}

/** Links that were sent earlier to the same person stop working. */
export async function withdrawEarlierInvitations(executor: Executor, tenantId: string, email: string): Promise<void> {
  await executor.query({
    name: 'withdraw-earlier-invitations',
    text: `UPDATE invitations SET withdrawn_at = now() WHERE tenant_id = $1 AND email = $2 AND ${IS_OPEN}`,
    values: [tenantId, email],
  });
}

export interface UsableInvitationRow extends InvitationRow {
  tenant_name: string;
  has_account: boolean;
}

export async function findUsableInvitation(executor: Executor, tokenHash: Buffer): Promise<UsableInvitationRow | null> {
  const [row] = await executor.query<UsableInvitationRow>({
    name: 'find-usable-invitation',
    text: `
      SELECT i.id, i.tenant_id, i.email, i.role, i.expires_at, i.created_at, t.name AS tenant_name,
        EXISTS (SELECT 1 FROM users u WHERE u.email = i.email) AS has_account
      FROM invitations i JOIN tenants t ON t.id = i.tenant_id
      WHERE i.token_hash = $1 AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now()`,
    values: [tokenHash],
  });
  return row ?? null;
}

/** Of two who accept at once, one does. @returns whether it was this one */
export async function acceptInvitation(transaction: Executor, id: string): Promise<boolean> {
  const rows = await transaction.query({
    name: 'accept-invitation',
    text: `UPDATE invitations SET accepted_at = now() WHERE id = $1 AND ${IS_OPEN} AND expires_at > now() RETURNING id`,
    values: [id],
  });
  return rows.length > 0;
}
