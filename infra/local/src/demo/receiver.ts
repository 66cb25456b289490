import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One webhook as the demo receiver got it. */
export interface ReceivedWebhook {
  at: Date;
  headers: Record<string, string>;
  body: string;
  /** What the published library says of the signature. */
  verified: boolean;
  /** Why it was refused. */
  problem: string | undefined;
}

export interface DemoReceiver {
  url: string;
  port: number;
  /** The endpoint's secret `whsec_...`, known only once the endpoint exists. */
  useSecret(secret: string): void;
  onWebhook(listener: (webhook: ReceivedWebhook) => void): () => void;
  stop(): Promise<void>;
}

const PATH = '/webhooks';
/** Bodies of webhooks are far smaller; the sender is ours, and a bound costs nothing. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * A receiver as a customer would write one: it takes the raw body, has the published `standardwebhooks` package
 * verify it, and answers 204, or 401 for what does not verify.
 *
 * @param wantedPort the port of an earlier run; another one is taken where it is in use now
 */
export async function startDemoReceiver(wantedPort: number | undefined): Promise<DemoReceiver> {
  let secret: string | undefined;
  const webhooks = new EventEmitter<{ webhook: [ReceivedWebhook] }>();
  const server = createServer((request, response) => {
    void (async () => {
      const webhook = verify(request, await readBody(request), secret);
      response.writeHead(webhook.verified ? 204 : 401).end();
      webhooks.emit('webhook', webhook);
    })().catch(() => response.destroy());
  });
  await listen(server, wantedPort);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${PATH}`,
    port,
    useSecret: (value) => (secret = value),
    onWebhook: (listener) => {
      webhooks.on('webhook', listener);
      return () => webhooks.off('webhook', listener);
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Whether the published library takes this body with these headers for genuine. @returns the reason why not */
export function signatureProblem(secret: string, body: string, headers: Record<string, string>): string | undefined {
  try {
    new Webhook(secret).verify(body, headers);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function verify(request: IncomingMessage, body: string, secret: string | undefined): ReceivedWebhook {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const problem = secret ? signatureProblem(secret, body, headers) : 'the receiver does not know the secret yet';
  return { at: new Date(), headers, body, verified: problem === undefined, problem };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function listen(server: Server, wantedPort = 0): Promise<void> {
  try {
    server.listen({ host: '127.0.0.1', port: wantedPort });
    await once(server, 'listening');
  } catch {
    server.listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
  }
}
