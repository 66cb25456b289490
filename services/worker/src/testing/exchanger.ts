import { createAddressPolicy, type AddressPolicy } from '@switchboard/shared';
import { createExchanger, type Exchanger } from '../delivery/exchange.js';
import { createGuardedLookup } from '../delivery/guarded-lookup.js';
import { createNameResolver } from '../delivery/name-resolver.js';
import { resultOfAnswer, resultOfThrown, type AttemptResult } from '../delivery/outcome.js';
import type { WebhookRequest } from '../delivery/request.js';

/** What ALLOWED_PRIVATE_NETWORKS would say in development: receivers of tests listen on loopback. */
export const loopback = createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.0/8', '::1/128'] });

/** The exchanger as startWorker() wires it. `nameServer` is where a test has a DNS server of its own. */
export function createTestExchanger({
  addresses = loopback,
  allowHttp = true,
  nameServer,
}: { addresses?: AddressPolicy; allowHttp?: boolean; nameServer?: string } = {}): Exchanger {
  const resolveName = createNameResolver({
    servers: nameServer === undefined ? [] : [nameServer],
    fallsBackToMachine: addresses.opensPrivateNetworks,
  });
  return createExchanger({ addresses, allowHttp, lookup: createGuardedLookup(addresses, resolveName) });
}

export function aRequest(url: string, fields: Partial<WebhookRequest> = {}): WebhookRequest {
  const headers = { 'Content-Type': 'application/json' };
  return { url, headers, loggedHeaders: headers, body: Buffer.from('{"n":1}'), timeoutMs: 2_000, ...fields };
}

export interface Tried {
  result: AttemptResult;
  tookMs: number;
}

/** One attempt with its outcome as the delivery sees it, and the time it took. */
export async function tryOnce(exchanger: Exchanger, request: WebhookRequest): Promise<Tried> {
  const start = performance.now();
  const result = await exchanger
    .send(request)
    .then(resultOfAnswer, (thrown: unknown) => resultOfThrown(thrown, request.timeoutMs));
  return { result, tookMs: performance.now() - start };
}
