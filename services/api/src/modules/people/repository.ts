import type { Executor } from '@switchboard/db';
import type { Role } from '@switchboard/shared';

export interface MemberRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  joined_at: Date;
  last_sign_in_at: Date | null;
}

const MEMBER = 'u.id, u.email, u.name, m.role, m.created_at AS joined_at, u.last_sign_in_at';

export function listMembers(executor: Executor, tenantId: string): Promise<MemberRow[]> {
  return executor.query<MemberRow>({
    name: 'list-members',
    text: `
      SELECT ${MEMBER} FROM memberships m JOIN users u ON u.id = m.user_id
      WHERE m.tenant_id = $1 ORDER BY m.created_at, u.id`,
    values: [tenantId],
  });
}

export async function findMember(executor: Executor, tenantId: string, userId: string): Promise<MemberRow | null> {
  const [row] = await executor.query<MemberRow>({
    name: 'find-member',
    text: `
      SELECT ${MEMBER} FROM memberships m JOIN users u ON u.id = m.user_id
      WHERE m.tenant_id = $1 AND m.user_id = $2`,
    values: [tenantId, userId],
  });
  return row ?? null;
}

export async function isMember(executor: Executor, tenantId: string, email: string): Promise<boolean> {
  const rows = await executor.query({
    name: 'is-member',
    text: `SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 AND u.email = $2`,
    values: [tenantId, email],
  });
  return rows.length > 0;
}

/** Held until the transaction ends: two owners who remove each other at once do so one after the other. */
export async function lockOwners(transaction: Executor, tenantId: string): Promise<string[]> {
  const rows = await transaction.query<{ user_id: string }>({
    name: 'lock-owners',
    text: `SELECT user_id FROM memberships WHERE tenant_id = $1 AND role = 'owner' ORDER BY user_id FOR UPDATE`,
    values: [tenantId],
  });
  return rows.map(({ user_id }) => user_id);
}

/** Somebody who is a member already keeps the role they have. @returns whether they are new */
export async function insertMembership(
  executor: Executor,
  membership: { tenant_id: string; user_id: string; role: Role },
): Promise<boolean> {
  const rows = await executor.query({
    name: 'insert-membership',
    text: `
      INSERT INTO memberships (tenant_id, user_id, role) VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING RETURNING user_id`,
    values: [membership.tenant_id, membership.user_id, membership.role],
  });
  return rows.length > 0;
}

export async function setRole(executor: Executor, tenantId: string, userId: string, role: Role): Promise<void> {
  await executor.query({
    name: 'set-role',
    text: 'UPDATE memberships SET role = $3 WHERE tenant_id = $1 AND user_id = $2',
    values: [tenantId, userId, role],
  });
}

export async function deleteMembership(executor: Executor, tenantId: string, userId: string): Promise<void> {
  await executor.query({
    name: 'delete-membership',
    text: 'DELETE FROM memberships WHERE tenant_id = $1 AND user_id = $2',
    values: [tenantId, userId],
  });
}
