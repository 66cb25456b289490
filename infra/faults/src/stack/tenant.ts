import { expectStatus, type ApiClient } from '@switchboard/local/demo/api-client';
import { runCli } from '@switchboard/local/stack/product';
import { commonEnvironment, type StackSettings } from './environment.js';
import { RECEIVER_NAMES, SUBSCRIPTIONS, type ReceiverName, type StackReceivers } from './subscriptions.js';

/** A tenant's endpoint, as the API showed it when it was created. */
export interface StackEndpoint {
  id: string;
  secret: string;
}

export async function createTenant(settings: StackSettings): Promise<{ id: string; key: string }> {
  const env = commonEnvironment(settings);
  const tenant = JSON.parse(
    await runCli(['tenants', 'create', '--name', 'Faults', '--plan', 'enterprise', '--json'], env),
  ) as { id: string };
  const key = JSON.parse(
    await runCli(['keys', 'create', '--tenant', tenant.id, '--name', 'faults', '--json'], env),
  ) as { key: string };
  return { id: tenant.id, key: key.key };
}

/** Creates an endpoint for each receiver. @throws Failure where the API refuses one */
export async function subscribe(
  api: ApiClient,
  receivers: StackReceivers,
): Promise<Record<ReceiverName, StackEndpoint>> {
  const endpoints: Partial<Record<ReceiverName, StackEndpoint>> = {};
  for (const name of RECEIVER_NAMES) {
    const wanted = { url: receivers[name].url, event_types: [SUBSCRIPTIONS[name]] };
    const answer = await api.request<StackEndpoint>('POST', '/api/v1/webhook-endpoints', wanted);
    endpoints[name] = expectStatus(answer, 201, 'Creating an endpoint');
  }
  return endpoints as Record<ReceiverName, StackEndpoint>;
}
