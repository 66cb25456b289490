import type { Scope } from '../api-keys/scopes.js';

/** What a person is in a tenant. Each can do what the one before it can. */
export const ROLES = ['viewer', 'developer', 'admin', 'owner'] as const;

export type Role = (typeof ROLES)[number];

/** What a person may do in the portal. The server enforces each; the page only leaves out what is not allowed. */
export const ABILITIES = [
  'view',
  'webhooks:manage',
  'keys:manage_test',
  'keys:manage_live',
  'audit:read',
  'people:manage',
] as const;

export type Ability = (typeof ABILITIES)[number];

const ADDED_BY: Record<Role, readonly Ability[]> = {
  viewer: ['view', 'audit:read'],
  developer: ['webhooks:manage', 'keys:manage_test'],
  admin: ['keys:manage_live'],
  owner: ['people:manage'],
};

export function abilitiesOf(role: Role): Ability[] {
  return ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap((each) => ADDED_BY[each]);
}

/** What somebody with these abilities may do of the tenant's public API, which the portal calls as keys do. */
export function scopesOf(abilities: readonly Ability[]): Scope[] {
  return [
    ...(abilities.includes('view') ? (['events:read', 'webhooks:read'] as const) : []),
    ...(abilities.includes('webhooks:manage') ? (['webhooks:manage'] as const) : []),
  ];
}
