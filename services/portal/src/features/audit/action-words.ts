/** What the audit log's short names mean to a reader. One that is not known is shown by its own name. */

const ACTIONS: Record<string, string> = {
  'api_key.created': 'Created an API key',
  'api_key.rolled': 'Rolled an API key',
  'api_key.revoked': 'Revoked an API key',
  'api_key.deleted': 'Deleted an API key',
  'webhook_endpoint.created': 'Added a webhook',
  'webhook_endpoint.updated': 'Changed a webhook',
  'webhook_endpoint.enabled': 'Enabled a webhook',
  'webhook_endpoint.disabled': 'Disabled a webhook',
  'webhook_endpoint.deleted': 'Deleted a webhook',
  'webhook_endpoint.secret_rotated': 'Rotated a webhook’s secret',
  'webhook_endpoint.test_sent': 'Sent a test to a webhook',
  'delivery.replayed': 'Replayed a delivery',
  'deliveries.replayed': 'Replayed chosen deliveries',
  'replay.created': 'Began a replay of many',
  'replay.cancelled': 'Cancelled a replay of many',
  'person.invited': 'Invited a person',
  'person.joined': 'Joined the account',
  'person.role_changed': 'Changed a person’s role',
  'person.removed': 'Removed a person',
  'invitation.withdrawn': 'Withdrew an invitation',
  'portal_link.created': 'Made a portal link',
  'portal_link.opened': 'Opened a portal link',
  'user.signed_in': 'Signed in',
  'user.signed_out': 'Signed out',
  'user.password_changed': 'Changed their password',
};

export function actionWords(action: string): string {
  return ACTIONS[action] ?? action;
}

const GROUPS: readonly [string, string][] = [
  ['api_key.*', 'Everything about API keys'],
  ['webhook_endpoint.*', 'Everything about webhooks'],
  ['person.*', 'Everything about people'],
  ['user.*', 'Signing in and passwords'],
];

/** For the filter: whole groups first, then each action; the one in the address too, where it is none of ours. */
export function actionOptions(present?: string): { value: string; label: string }[] {
  const known = [...GROUPS, ...Object.entries(ACTIONS)].map(([value, label]) => ({ value, label }));
  const is_known = present === undefined || known.some(({ value }) => value === present);
  return is_known ? known : [{ value: present, label: present }, ...known];
}

const KINDS: Record<string, string> = {
  api_key: 'API key',
  user: 'Person',
  portal_link: 'Portal link',
  platform: 'Platform',
  system: 'The product itself',
  webhook_endpoint: 'Webhook',
  delivery: 'Delivery',
  deliveries: 'Deliveries',
  replay: 'Replay',
  invitation: 'Invitation',
  person: 'Person',
  tenant: 'Account',
};

export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind;
}
