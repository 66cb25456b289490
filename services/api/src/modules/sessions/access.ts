import type { Executor } from '@switchboard/db';
import { abilitiesOf, AppError, notFound, scopesOf, type Ability, type Mode, type Role } from '@switchboard/shared';
import type { Caller, PortalSession, TenantContext } from '../../http/route.js';
import { planOf } from '../plans/plan-of-tenant.js';
import { findTenantToEnter, listAllTenants, listTenantsOf } from './repository.js';
import type { EnteredTenantRow, LiveSessionRow, ShownTenantRow } from './repository.js';

/** The tenant and mode that a request of the page is for; what it does not say is the session's own choice. */
export interface Choice {
  tenant_id: string | null;
  mode: Mode | null;
}

export interface Access {
  session: PortalSession;
  tenant: TenantContext;
}

/** Tenants that are shown at once; a super admin searches among more. */
const TENANTS_SHOWN = 50;

/**
 * What this session may do in the tenant that was chosen, read from the database each time: somebody who was removed or
 * given another role meets it with their next request.
 *
 * @throws AppError not_found for a tenant they are no member of, as for one that does not exist
 */
export async function enterTenant(executor: Executor, session: LiveSessionRow, choice: Choice): Promise<Access> {
  return session.user_id === null ? enterByLink(executor, session, choice) : enterAsUser(executor, session, choice);
}

async function enterByLink(executor: Executor, session: LiveSessionRow, choice: Choice): Promise<Access> {
  const tenantId = session.link_tenant_id as string;
  const mode = session.link_mode as Mode;
  if (choice.tenant_id !== null && choice.tenant_id !== tenantId) throw notFound();
  if (choice.mode !== null && choice.mode !== mode) throw new AppError('forbidden', `This link is for ${mode} mode.`);
  const tenant = await findTenantToEnter(executor, { user_id: null, tenant_id: tenantId, members_only: false });
  if (!tenant) throw notFound();
  const caller = { kind: 'portal_link', id: session.portal_link_id as string } as const;
  return accessTo(tenant, { session, caller, mode, role: null, abilities: session.link_abilities ?? [] });
}

async function enterAsUser(executor: Executor, session: LiveSessionRow, choice: Choice): Promise<Access> {
  const userId = session.user_id as string;
  const isSuperAdmin = session.is_super_admin === true;
  const tenantId = choice.tenant_id ?? (await firstTenantOf(executor, session));
  const entering = { user_id: userId, tenant_id: tenantId, members_only: !isSuperAdmin };
  const tenant = await findTenantToEnter(executor, entering);
  if (!tenant) throw notFound();
  return accessTo(tenant, {
    session,
    caller: { kind: 'user', id: userId },
    mode: choice.mode ?? 'live',
    role: tenant.role,
    abilities: abilitiesIn(tenant, isSuperAdmin),
  });
}

async function firstTenantOf(executor: Executor, session: LiveSessionRow): Promise<string> {
  const [first] = await listTenantsFor(executor, session, '', 1);
  if (!first) throw new AppError('forbidden', 'You are a member of no tenant. Ask an owner for an invitation.');
  return first.id;
}

interface Entry {
  session: LiveSessionRow;
  caller: Caller;
  mode: Mode;
  role: Role | null;
  abilities: readonly Ability[];
}

function accessTo(row: EnteredTenantRow, { session, caller, mode, role, abilities }: Entry): Access {
  return {
    session: { session_id: session.id, user: userOf(session), role, abilities },
    tenant: { caller, tenant_id: row.id, mode, scopes: scopesOf(abilities), plan: planOf(row) },
  };
}

export function userOf({ user_id, email, user_name, is_super_admin }: LiveSessionRow): PortalSession['user'] {
  if (user_id === null) return null;
  return { id: user_id, email: email ?? '', name: user_name ?? '', is_super_admin: is_super_admin === true };
}

/** The platform's own people may do everything in every tenant. */
export function abilitiesIn({ role }: Pick<ShownTenantRow, 'role'>, isSuperAdmin: boolean): Ability[] {
  if (isSuperAdmin) return abilitiesOf('owner');
  return role === null ? [] : abilitiesOf(role);
}

export async function listTenantsFor(
  executor: Executor,
  { user_id, is_super_admin, link_tenant_id }: LiveSessionRow,
  search: string,
  limit = TENANTS_SHOWN,
): Promise<ShownTenantRow[]> {
  if (user_id === null) {
    const own = { user_id, tenant_id: link_tenant_id as string, members_only: false };
    const tenant = await findTenantToEnter(executor, own);
    return tenant ? [tenant] : [];
  }
  const list = is_super_admin === true ? listAllTenants : listTenantsOf;
  return list(executor, user_id, search, limit);
}
