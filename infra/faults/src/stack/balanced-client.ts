import { createApiClient, type ApiClient } from '@switchboard/local/demo/api-client';

/** What a balancer takes as "this one did not get it, ask another". */
const NOT_TAKEN = new Set(['ECONNREFUSED', 'ECONNRESET']);

/**
 * Talks to several API processes in turn, as through a load balancer: a connection a request, and where a process
 * refuses it, or hangs up before it has answered, the next one is asked. What must not happen twice has an idempotency key.
 */
export function createBalancedClient(urls: readonly string[], token: string): ApiClient {
  const clients = urls.map((url) => createApiClient(url, token, { connection: 'close' }));
  let turn = 0;
  return {
    request: async (method, path, body) => {
      const first = (turn += 1);
      for (let tried = 1; ; tried += 1) {
        try {
          const client = clients[(first + tried) % clients.length] as ApiClient;
          return await client.request(method, path, body);
        } catch (error) {
          if (tried >= clients.length || !NOT_TAKEN.has(codeOf(error))) throw error;
        }
      }
    },
  };
}

function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? '';
}
