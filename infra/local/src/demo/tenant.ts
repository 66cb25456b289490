import { Failure } from '../failure.js';
import { readJson, writePrivateJson, type StackFolder } from '../stack/folder.js';
import { createApiClient, expectStatus, type ApiClient } from './api-client.js';
import { prepareDemoOwner, type DemoOwner } from './owner.js';
import type { DemoReceiver } from './receiver.js';

/** What the stack keeps of its demo tenant, in `demo.json`. */
export interface DemoTenant {
  tenant_id: string;
  api_key: string;
  endpoint_id: string;
  endpoint_secret: string;
  receiver_port: number;
  /** Who signs in to its portal; the demo tenant of an older version has nobody yet. */
  owner?: DemoOwner;
}

export interface DemoTenantDeps {
  folder: StackFolder;
  apiUrl: string;
  platformToken: string;
  receiver: DemoReceiver;
  /** Makes an API key for a tenant, as an operator would: with the CLI. */
  createKey: (tenantId: string) => Promise<string>;
  /** Runs the product's CLI. @returns what it printed */
  cli: (args: readonly string[]) => Promise<string>;
}

export interface PreparedTenant {
  tenant: DemoTenant;
  owner: DemoOwner;
  isNew: boolean;
}

interface EndpointView {
  id: string;
  url: string;
  enabled: boolean;
}

const FILE = 'demo.json';

export function keptDemoTenant(folder: StackFolder): DemoTenant | undefined {
  return readJson<DemoTenant>(folder.file(FILE));
}

/**
 * The demo tenant of this stack: made on the first run and used again ever after, its webhook endpoint always pointing
 * at the receiver of this run. What a developer has deleted meanwhile is made anew.
 */
export async function prepareDemoTenant(deps: DemoTenantDeps): Promise<PreparedTenant> {
  const kept = keptDemoTenant(deps.folder);
  const reused = kept && (await reuse(kept, deps));
  const tenant = reused ?? (await create(deps));
  // Kept before the next step: a run that is stopped there must find its tenant again.
  writePrivateJson(deps.folder.file(FILE), tenant);
  const { apiUrl, cli } = deps;
  const owner = await prepareDemoOwner({ apiUrl, tenantId: tenant.tenant_id, kept: tenant.owner, cli });
  writePrivateJson(deps.folder.file(FILE), { ...tenant, owner });
  deps.receiver.useSecret(tenant.endpoint_secret);
  return { tenant, owner, isNew: reused === undefined };
}

/** @returns undefined where the key is no longer accepted, and with it the whole tenant is of no use */
async function reuse(kept: DemoTenant, { apiUrl, receiver }: DemoTenantDeps): Promise<DemoTenant | undefined> {
  const api = createApiClient(apiUrl, kept.api_key);
  const path = `/api/v1/webhook-endpoints/${kept.endpoint_id}`;
  const found = await api.request<EndpointView>('GET', path);
  if (found.status === 401 || found.status === 403) return undefined;
  if (found.status === 404) return { ...kept, ...(await createEndpoint(api, receiver)) };
  const endpoint = expectStatus(found, 200, 'Looking for the demo endpoint');
  if (endpoint.url !== receiver.url || !endpoint.enabled) {
    const change = { url: receiver.url, enabled: true };
    expectStatus(await api.request('PATCH', path, change), 200, 'Pointing the demo endpoint at the receiver');
  }
  return { ...kept, receiver_port: receiver.port };
}

async function create({ apiUrl, platformToken, receiver, createKey }: DemoTenantDeps): Promise<DemoTenant> {
  const platform = createApiClient(apiUrl, platformToken);
  const answer = await platform.request<{ id: string }>('POST', '/platform/v1/tenants', {
    name: 'Demo',
    plan: 'enterprise',
  });
  const { id } = expectStatus(answer, 201, 'Creating the demo tenant');
  const key = await createKey(id);
  return { tenant_id: id, api_key: key, ...(await createEndpoint(createApiClient(apiUrl, key), receiver)) };
}

async function createEndpoint(api: ApiClient, receiver: DemoReceiver) {
  const body = { url: receiver.url, event_types: ['*'], description: 'The demo receiver of npm start' };
  const answer = await api.request<EndpointView & { secret: string }>('POST', '/api/v1/webhook-endpoints', body);
  const endpoint = expectStatus(answer, 201, 'Creating the demo endpoint');
  if (!endpoint.secret?.startsWith('whsec_')) throw new Failure('The API gave the demo endpoint no signing secret.');
  return { endpoint_id: endpoint.id, endpoint_secret: endpoint.secret, receiver_port: receiver.port };
}
