import { startReceiver, type Receiver } from '@switchboard/faults/receiver';
import { waitFor } from '@switchboard/faults/wait-for';
import type { Database } from '@switchboard/db';
import { seedManyDeliveries } from '../seed/many-deliveries.js';
import { signInByHttp } from '../stack/portal-client.js';
import type { PortalStack } from '../stack/portal-stack.js';
import type { StackTenant } from '../stack/tenants.js';

/** An account in which something happens on every screen. */
export interface ShowTenant {
  tenant: StackTenant;
  /** A webhook whose settings are worth a picture. */
  endpointId: string;
  receivers: Receiver[];
}

const SEEDED = 4_200;

export async function makeShowTenant(stack: PortalStack, database: Database): Promise<ShowTenant> {
  const tenant = await stack.newTenant({ name: 'Acme Dental' });
  const [good, bad] = await Promise.all([
    startReceiver(),
    startReceiver(() => ({ status: 503, body: 'Back at 14:00' })),
  ]);
  const address = ({ url }: Receiver, path: string) => url.replace('/hook', path);
  const calendar = await tenant.addEndpoint({
    url: address(good, '/calendar'),
    description: 'The calendar of the practice',
    event_types: ['appointment.*', 'customer.created'],
    headers: { 'X-Practice': 'Berlin' },
    rate_limit_per_second: 50,
  });
  const reminders = await tenant.addEndpoint({
    url: address(bad, '/reminders'),
    description: 'Reminders by SMS',
    max_attempts: 1,
  });
  await seedManyDeliveries(database, { tenantId: tenant.id, endpointId: calendar.id, count: SEEDED, failedEvery: 90 });
  for (let booking = 0; booking < 6; booking += 1) await tenant.book();
  await waitFor('all were tried', () => good.posts.length >= 6 && bad.posts.length >= 6);
  await makeHistory(tenant, { endpointId: reminders.id, url: stack.url });
  return { tenant, endpointId: calendar.id, receivers: [good, bad] };
}

/** People, keys and a rotation, so that lists and the audit log have something to tell. */
async function makeHistory(
  tenant: StackTenant,
  { endpointId, url }: { endpointId: string; url: string },
): Promise<void> {
  const portal = await signInByHttp(url, tenant.owner);
  await tenant.addPerson('admin');
  await tenant.addPerson('developer');
  await tenant.addPerson('viewer');
  await portal.request('POST', '/people/invitations', { email: 'nina@acme.example', role: 'developer' });
  const soon = new Date(Date.now() + 20 * 86_400_000).toISOString();
  await portal.request('POST', '/keys', {
    name: 'Reporting',
    mode: 'live',
    scopes: ['appointments:read', 'customers:read'],
    expires_at: soon,
  });
  const made = await portal.request<{ id: string }>('POST', '/keys', { name: 'Old website', mode: 'test' });
  await portal.request('POST', `/keys/${made.data.id}/revoke`);
  await portal.request('POST', '/keys', { name: 'Developer laptop', mode: 'test' });
  await portal.request('POST', `/webhooks/${endpointId}/rotate-secret`, { overlap_hours: 24 });
}
