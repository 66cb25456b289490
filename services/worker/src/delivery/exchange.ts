import type { UrlPolicy } from '@switchboard/shared';
import { Agent } from 'undici';
import { readAnswer, type Answer } from './answer.js';
import { createLimitedConnector } from './answer-limit.js';
import type { GuardedLookup } from './guarded-lookup.js';
import type { WebhookRequest } from './request.js';
import { createUrlGate } from './url-gate.js';

export interface Exchanger {
  /** Sends one request and reads the answer, all within one deadline. @throws what undici, the lookup or the deadline throw */
  send(request: WebhookRequest): Promise<Answer>;
  close(): Promise<void>;
}

const MAX_HEADER_BYTES = 16 * 1024;

export interface ExchangerDeps extends UrlPolicy {
  lookup: GuardedLookup;
}

/**
 * One Agent for all: connections are kept per receiver and go away when idle. Requests are dispatched to it directly:
 * measured on loopback, 15 us of CPU each, where undici's `request` with a signal and a readable stream takes 31. A
 * dispatched request follows no redirects, and asks for no compression.
 */
export function createExchanger({ lookup, addresses, allowHttp }: ExchangerDeps): Exchanger {
  const checkedTarget = createUrlGate({ addresses, allowHttp });
  const agent = new Agent({
    connect: createLimitedConnector({ lookup, timeout: 30_000 }),
    maxHeaderSize: MAX_HEADER_BYTES,
    // undici's own timers are off: they start anew with every part of an exchange, and a drip outlives them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: async ({ url, headers, body, timeoutMs }) => {
      const { origin, path } = checkedTarget(url);
      return readAnswer(timeoutMs, (handler) =>
        agent.dispatch({ origin, path, method: 'POST', headers, body }, handler),
      );
    },
    close: () => agent.destroy(),
  };
}
