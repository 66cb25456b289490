import { createApiClient, expectStatus, type ApiClient } from '@switchboard/local/demo/api-client';
import { randomBytes } from 'node:crypto';
import { askPortal, type Credentials, type PortalAnswer, type PortalClient } from './portal-client.js';

export type RoleName = 'owner' | 'admin' | 'developer' | 'viewer';

/** Somebody who can sign in. */
export interface Person extends Credentials {
  name: string;
  role: RoleName;
}

export interface NewTenant {
  name?: string;
  plan?: 'starter' | 'pro' | 'enterprise';
}

export interface StackTenant {
  readonly id: string;
  readonly name: string;
  readonly owner: Person;
  /** A live key with every scope, and the public API with it. */
  readonly key: string;
  readonly api: ApiClient;
  /** The portal's routes with an owner's abilities, for preparing what a test is not about. */
  readonly portal: PortalClient;
  /** Invites somebody and accepts for them. */
  addPerson(role: RoleName, name?: string): Promise<Person>;
  /** Books an appointment over the public API: the events `appointment.created` and `customer.created`. */
  book(): Promise<{ id: string }>;
  /** Creates a webhook endpoint over the public API, for booked appointments where nothing else is said. */
  addEndpoint(fields: { url: string } & Record<string, unknown>): Promise<{ id: string; secret: string }>;
}

export interface TenantMakerDeps {
  url: string;
  platform: ApiClient;
  /** The portal's routes with the rights of the platform's own people. */
  everywhere: PortalClient;
}

const NAMES: Record<RoleName, string> = {
  owner: 'Olivia Owner',
  admin: 'Adam Admin',
  developer: 'Devi Developer',
  viewer: 'Vera Viewer',
};

export async function makeTenant(deps: TenantMakerDeps, wanted: NewTenant): Promise<StackTenant> {
  const { url, platform, everywhere } = deps;
  const name = wanted.name ?? 'Acme Dental';
  const made = await platform.request<{ id: string }>('POST', '/platform/v1/tenants', {
    name,
    plan: wanted.plan ?? 'enterprise',
  });
  const { id } = expectStatus(made, 201, 'Creating a tenant');
  const portal = everywhere.inTenant(id);
  const { key } = expectAnswer(
    await portal.request<{ key: string }>('POST', '/keys', { name: 'Booking site', mode: 'live' }),
    201,
  );
  const api = createApiClient(url, key);
  const addPerson = (role: RoleName, called = NAMES[role]) => letSomebodyJoin({ url, portal }, role, called);
  return {
    id,
    name,
    owner: await addPerson('owner'),
    key,
    api,
    portal,
    addPerson,
    book: () => book(api),
    addEndpoint: async (fields) =>
      expectStatus(
        await api.request<{ id: string; secret: string }>('POST', '/api/v1/webhook-endpoints', {
          event_types: ['appointment.created'],
          ...fields,
        }),
        201,
        'Creating an endpoint',
      ),
  };
}

async function letSomebodyJoin(
  { url, portal }: { url: string; portal: PortalClient },
  role: RoleName,
  name: string,
): Promise<Person> {
  const email = `${name.split(' ')[0]?.toLowerCase()}.${randomBytes(3).toString('hex')}@acme.example`;
  const password = randomBytes(12).toString('base64url');
  const invited = await portal.request<{ link: string }>('POST', '/people/invitations', { email, role });
  const token = expectAnswer(invited, 201).link.split('#')[1];
  expectAnswer(await askPortal(url, '/invitations/accept', { token, name, password }), 200);
  return { email, name, password, role };
}

let booked = 0;

async function book(api: ApiClient): Promise<{ id: string }> {
  const at = Date.now() + 86_400_000 + (booked += 1) * 1_800_000;
  const answer = await api.request<{ id: string }>('POST', '/api/v1/appointments', {
    customer: { name: 'Ada Lovelace', phone: '+442079460000', email: 'ada@example.com' },
    starts_at: new Date(at).toISOString(),
    ends_at: new Date(at + 1_800_000).toISOString(),
  });
  return expectStatus(answer, 201, 'Booking an appointment');
}

/** @throws Error where the portal answers anything else */
export function expectAnswer<T>(answer: PortalAnswer<T>, status: number): T {
  if (answer.status === status) return answer.data;
  throw new Error(`The portal answered ${answer.status} (${answer.errorCode ?? 'no code'}) instead of ${status}.`);
}
