import { Agent, request, type Dispatcher } from 'undici';
import { assertLiteralAllowed, type GuardedLookup } from './guarded-lookup.js';
import type { AddressPolicy } from '@switchboard/shared';
import type { WebhookRequest } from './request.js';

/** What came back, as far as it was read. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  /** The first 16 KB as text. */
  body: string;
  /** The body went on past what is ever read. */
  tooLarge: boolean;
}

export interface Exchanger {
  /** Sends one request and reads the answer, all within one deadline. @throws what undici, the lookup or the deadline throw */
  send(request: WebhookRequest): Promise<Answer>;
  close(): Promise<void>;
}

const KEPT_BODY_BYTES = 16 * 1024;
const MAX_READ_BODY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** One Agent for all: connections are kept per receiver and go away when idle. */
export function createExchanger({ lookup, addresses }: { lookup: GuardedLookup; addresses: AddressPolicy }): Exchanger {
  const agent = new Agent({
    connect: { lookup, timeout: 30_000 },
    maxHeaderSize: MAX_HEADER_BYTES,
    // undici's own timers are off: they start anew with every part of an exchange, and a drip outlives them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: async ({ url, headers, body, timeoutMs }) => {
      // Literal addresses never reach the lookup, so they are checked here, just before the connection.
      assertLiteralAllowed(new URL(url).hostname, addresses);
      const signal = AbortSignal.timeout(timeoutMs);
      // `request` follows no redirects, and asks for no compression.
      const response = request(url, { method: 'POST', headers, body, dispatcher: agent, signal });
      return readAnswer(await unlessAborted(response, signal));
    },
    close: () => agent.destroy(),
  };
}

/**
 * undici heeds a signal only once it is connected: a name server, a SYN or a TLS handshake that is never answered would
 * outlast the deadline. The request that is left behind in its queue is dropped there unsent.
 */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function readAnswer(response: Dispatcher.ResponseData): Promise<Answer> {
  const kept: Buffer[] = [];
  let read = 0;
  let tooLarge = false;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    if (read < KEPT_BODY_BYTES) kept.push(chunk.subarray(0, KEPT_BODY_BYTES - read));
    read += chunk.length;
    if (read > MAX_READ_BODY_BYTES) {
      tooLarge = true;
      // Leaving the loop destroys the stream and its connection: not one byte more is read.
      break;
    }
  }
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string | string[]>,
    body: Buffer.concat(kept).toString('utf8'),
    tooLarge,
  };
}
