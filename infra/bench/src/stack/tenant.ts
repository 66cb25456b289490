import { createApiClient, expectStatus, type ApiClient } from '@switchboard/local/demo/api-client';

/** A tenant whose limits do not bite, with an API key. */
export interface BenchTenant {
  id: string;
  key: string;
}

/** The plan of the benchmark's own tenants, and of those that the seeding makes. */
const PLAN = 'enterprise';
const UNLIMITED = {
  name: 'Enterprise',
  rank: 3,
  requests_per_minute: 1_000_000,
  requests_per_day: 1_000_000_000,
  entitlements: ['public_api', 'webhooks'],
};

export async function createTenant(platform: ApiClient): Promise<BenchTenant> {
  expectStatus(await platform.request('PUT', `/platform/v1/plans/${PLAN}`, UNLIMITED), 200, 'Lifting the limits');
  const made = await platform.request<{ id: string }>('POST', '/platform/v1/tenants', { name: 'Bench', plan: PLAN });
  const { id } = expectStatus(made, 201, 'Creating a tenant');
  return { id, key: await createKey(platform, id) };
}

/** @param tenantId as the API shows it, `ten_...` */
export async function createKey(platform: ApiClient, tenantId: string): Promise<string> {
  const made = await platform.request<{ key: string }>('POST', '/platform/v1/keys', {
    tenant_id: tenantId,
    name: 'bench',
  });
  return expectStatus(made, 201, 'Creating a key').key;
}

/** The event type that endpoints of a group subscribe to: an event goes to all of one group and to nobody else. */
export const eventTypeOf = (group: number) => `group_${group}.made`;

/** Creates an endpoint for each port, in groups of `fanOut`. @returns how many groups there are */
export async function createEndpoints(
  apiUrl: string,
  key: string,
  { ports, fanOut }: { ports: readonly number[]; fanOut: number },
): Promise<number> {
  const api = createApiClient(apiUrl, key);
  const groups = Math.floor(ports.length / fanOut);
  for (const [index, port] of ports.entries()) {
    const wanted = { url: `http://127.0.0.1:${port}/hook`, event_types: [eventTypeOf(index % groups)] };
    expectStatus(await api.request('POST', '/api/v1/webhook-endpoints', wanted), 201, 'Creating an endpoint');
  }
  return groups;
}
