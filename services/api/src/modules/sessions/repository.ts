import type { Executor } from '@switchboard/db';
import type { Ability, Role } from '@switchboard/shared';
import { JOIN_PLAN, PLAN_COLUMNS, type PlanColumns } from '../plans/plan-of-tenant.js';

/** A session that is neither ended nor revoked, with whose it is. */
export interface LiveSessionRow {
  id: string;
  expires_at: Date;
  user_id: string | null;
  email: string | null;
  user_name: string | null;
  is_super_admin: boolean | null;
  portal_link_id: string | null;
  link_tenant_id: string | null;
  link_mode: 'live' | 'test' | null;
  link_abilities: Ability[] | null;
}

export interface NewSession {
  id: string;
  user_id: string | null;
  portal_link_id: string | null;
  refresh_hash: Buffer;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
}

export async function insertSession(executor: Executor, session: NewSession): Promise<void> {
  await executor.query({
    name: 'insert-portal-session',
    text: `
      INSERT INTO portal_sessions (id, user_id, portal_link_id, refresh_hash, expires_at, ip, user_agent)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      session.id,
      session.user_id,
      session.portal_link_id,
      session.refresh_hash,
      session.expires_at,
      session.ip,
      session.user_agent,
    ],
  });
}

/** Asked for on each request: what was revoked a moment ago is out. */
export async function findLiveSession(executor: Executor, id: string): Promise<LiveSessionRow | null> {
  const [row] = await executor.query<LiveSessionRow>({
    name: 'find-live-portal-session',
    text: `
      SELECT s.id, s.expires_at, s.user_id, u.email, u.name AS user_name, u.is_super_admin,
        s.portal_link_id, l.tenant_id AS link_tenant_id, l.mode AS link_mode, l.abilities AS link_abilities
      FROM portal_sessions s
      LEFT JOIN users u ON u.id = s.user_id
      LEFT JOIN portal_links l ON l.id = s.portal_link_id
      WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > now()`,
    values: [id],
  });
  return row ?? null;
}

export interface RefreshRow {
  refresh_hash: Buffer;
  previous_refresh_hash: Buffer | null;
  /** By the database's clock; null where it was never rotated. */
  rotated_ms_ago: number | null;
  user_id: string | null;
  portal_link_id: string | null;
}

/** Tabs that refresh at once wait for one another here. */
export async function lockSession(transaction: Executor, id: string): Promise<RefreshRow | null> {
  const [row] = await transaction.query<RefreshRow>({
    name: 'lock-portal-session',
    text: `
      SELECT refresh_hash, previous_refresh_hash, user_id, portal_link_id,
        (extract(epoch FROM clock_timestamp() - rotated_at) * 1000)::float8 AS rotated_ms_ago
      FROM portal_sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() FOR UPDATE`,
    values: [id],
  });
  return row ?? null;
}

export async function rotateRefreshToken(transaction: Executor, id: string, refreshHash: Buffer): Promise<void> {
  await transaction.query({
    name: 'rotate-refresh-token',
    text: `
      UPDATE portal_sessions
      SET previous_refresh_hash = refresh_hash, refresh_hash = $2, rotated_at = clock_timestamp() WHERE id = $1`,
    values: [id, refreshHash],
  });
}

export type EndReason = 'signed_out' | 'token_reused' | 'password_changed';

export async function endSession(executor: Executor, id: string, reason: EndReason): Promise<void> {
  await executor.query({
    name: 'end-portal-session',
    text: 'UPDATE portal_sessions SET revoked_at = now(), revoked_reason = $2 WHERE id = $1 AND revoked_at IS NULL',
    values: [id, reason],
  });
}

/** @param exceptId the session in which the password was changed, null to end them all */
export async function endSessionsOf(executor: Executor, userId: string, exceptId: string | null): Promise<void> {
  await executor.query({
    name: 'end-portal-sessions-of-user',
    text: `
      UPDATE portal_sessions SET revoked_at = now(), revoked_reason = 'password_changed'
      WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $2::uuid`,
    values: [userId, exceptId],
  });
}

/** Sessions that ended long ago say nothing any more; the audit log keeps who signed in. */
export async function forgetOldSessions(executor: Executor, userId: string): Promise<void> {
  await executor.query({
    name: 'forget-old-portal-sessions',
    text: `DELETE FROM portal_sessions WHERE user_id = $1 AND expires_at < now() - interval '30 days'`,
    values: [userId],
  });
}

/** A tenant that somebody may enter, and what they are there. */
export interface EnteredTenantRow extends PlanColumns {
  id: string;
  name: string;
  role: Role | null;
}

export interface Entering {
  /** null: a portal link, which enters its own tenant. */
  user_id: string | null;
  tenant_id: string;
  /** Whether membership is asked for: not of a super admin, nor of a link. */
  members_only: boolean;
}

export async function findTenantToEnter(executor: Executor, entering: Entering): Promise<EnteredTenantRow | null> {
  const [row] = await executor.query<EnteredTenantRow>({
    name: 'find-tenant-to-enter',
    text: `
      SELECT t.id, t.name, ${PLAN_COLUMNS}, m.role
      FROM tenants t ${JOIN_PLAN}
      LEFT JOIN memberships m ON m.tenant_id = t.id AND m.user_id = $1
      WHERE t.id = $2 AND (m.role IS NOT NULL OR NOT $3)`,
    values: [entering.user_id, entering.tenant_id, entering.members_only],
  });
  return row ?? null;
}

export interface ShownTenantRow {
  id: string;
  name: string;
  role: Role | null;
}

export function listTenantsOf(executor: Executor, userId: string, search: string, limit: number) {
  return executor.query<ShownTenantRow>({
    name: 'list-tenants-of-user',
    text: `
      SELECT t.id, t.name, m.role FROM memberships m JOIN tenants t ON t.id = m.tenant_id
      WHERE m.user_id = $1 AND strpos(lower(t.name), lower($2)) > 0
      ORDER BY t.name, t.id LIMIT $3`,
    values: [userId, search, limit],
  });
}

/** For a super admin: their own first, then the others by name. */
export function listAllTenants(executor: Executor, userId: string, search: string, limit: number) {
  return executor.query<ShownTenantRow>({
    name: 'list-all-tenants-for-user',
    text: `
      SELECT t.id, t.name, m.role FROM tenants t LEFT JOIN memberships m ON m.tenant_id = t.id AND m.user_id = $1
      WHERE strpos(lower(t.name), lower($2)) > 0
      ORDER BY m.role IS NULL, t.name, t.id LIMIT $3`,
    values: [userId, search, limit],
  });
}
