/** What an API key may do. `*` is all of it. New scopes may come; a key never gains one by itself. */
export const SCOPES = [
  'appointments:read',
  'appointments:write',
  'customers:read',
  'customers:write',
  'calls:read',
  'staff:read',
  'services:read',
  'events:read',
  'events:publish',
  'webhooks:read',
  'webhooks:manage',
] as const;

export type Scope = (typeof SCOPES)[number];

const IMPLIED: Partial<Record<Scope, Scope>> = { 'webhooks:read': 'webhooks:manage' };

export function isScope(text: string): boolean {
  return text === '*' || (SCOPES as readonly string[]).includes(text);
}

/** Whether a key with these scopes may do what `needed` guards. Who manages webhooks may also look at them. */
export function grantsScope(granted: readonly string[], needed: Scope): boolean {
  const implying = IMPLIED[needed];
  return granted.includes('*') || granted.includes(needed) || (implying !== undefined && granted.includes(implying));
}
