import type { Scope } from '@switchboard/shared/portal';

/** A request that a key with the scope may make, best for a first try first. */
const READS: readonly [Scope, string][] = [
  ['services:read', '/services'],
  ['appointments:read', '/appointments'],
  ['customers:read', '/customers'],
  ['staff:read', '/staff'],
  ['calls:read', '/calls'],
  ['events:read', '/events'],
  ['webhooks:read', '/webhook-endpoints'],
  ['webhooks:manage', '/webhook-endpoints'],
];

/** A line for the terminal that works with this key as it is; null where the key can read nothing. */
export function firstRequest(base_url: string, key: string, scopes: readonly string[]): string | null {
  const path = READS.find(([scope]) => scopes.includes('*') || scopes.includes(scope))?.[1];
  return path === undefined ? null : `curl "${base_url}${path}" -H "Authorization: Bearer ${key}"`;
}
