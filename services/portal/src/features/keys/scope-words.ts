import { SCOPES, type Scope } from '@switchboard/shared/portal';

/** What each scope lets a key do, in a line. A scope without words does not compile. */
export const SCOPE_WORDS: Record<Scope, string> = {
  'appointments:read': 'See appointments and free slots',
  'appointments:write': 'Book, change and cancel appointments',
  'customers:read': 'See customers',
  'customers:write': 'Add and change customers',
  'calls:read': 'See calls and their transcripts',
  'staff:read': 'See staff',
  'services:read': 'See services',
  'events:read': 'See events and the event catalogue',
  'events:publish': 'Publish events of your own',
  'webhooks:read': 'See webhook endpoints and deliveries',
  'webhooks:manage': 'Add, change, test and replay webhooks',
};

export interface ScopeGroup {
  /** The resource: "appointments". */
  name: string;
  label: string;
  scopes: Scope[];
}

/** By resource, in the order of the catalogue of scopes. */
export const SCOPE_GROUPS: readonly ScopeGroup[] = groupsOf(SCOPES);

function groupsOf(scopes: readonly Scope[]): ScopeGroup[] {
  const names = [...new Set(scopes.map(resourceOf))];
  return names.map((name) => ({
    name,
    label: name.charAt(0).toUpperCase() + name.slice(1),
    scopes: scopes.filter((scope) => resourceOf(scope) === name),
  }));
}

function resourceOf(scope: Scope): string {
  return scope.slice(0, scope.indexOf(':'));
}
