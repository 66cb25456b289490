import { brandHeaders, toPublicId, type Ability } from '@switchboard/shared';
import { abilitiesIn, userOf } from './access.js';
import type { LiveSessionRow, ShownTenantRow } from './repository.js';

/** What the page is told of the installation. */
export interface InstallationFacts {
  brand: string;
  keyPrefix: string;
  emailsAreSent: boolean;
}

export interface ShownTenant {
  id: string;
  name: string;
  role: string | null;
  abilities: readonly Ability[];
}

/** Whose session it is, what they may do and where: all that the page needs before its first screen. */
export function toSessionView(
  session: LiveSessionRow,
  tenants: readonly ShownTenantRow[],
  shown: { csrf_token: string; access_expires_at: Date; facts: InstallationFacts },
) {
  const user = userOf(session);
  const { facts } = shown;
  return {
    kind: user ? 'user' : 'portal_link',
    user: user && { ...user, id: toPublicId('user', user.id) },
    tenants: tenants.map((tenant) => toShownTenant(session, tenant)),
    csrf_token: shown.csrf_token,
    access_expires_at: shown.access_expires_at.toISOString(),
    session_expires_at: session.expires_at.toISOString(),
    brand: facts.brand,
    api_key_prefix: facts.keyPrefix,
    header_names: brandHeaders(facts.brand),
    emails_are_sent: facts.emailsAreSent,
    default_mode: session.link_mode ?? 'live',
  };
}

export type SessionView = ReturnType<typeof toSessionView>;

export function toShownTenant(session: LiveSessionRow, tenant: ShownTenantRow): ShownTenant {
  const abilities =
    session.user_id === null ? (session.link_abilities ?? []) : abilitiesIn(tenant, session.is_super_admin === true);
  return { id: toPublicId('tenant', tenant.id), name: tenant.name, role: tenant.role, abilities };
}
