import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from './outside/certificates.js';

/** One POST as it came in over the wire. */
export interface ReceivedPost {
  /** Milliseconds since 1970, when its body had come in full. */
  received_at_ms: number;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface ReceiverAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Below HTTP: is given the connection, and may do with it what it likes. */
export interface RawAnswer {
  take(socket: Socket): void;
}

type Answer = ReceiverAnswer | RawAnswer;

/** Decides the answer to a POST; a promise holds the sender until it settles. */
export type Responder = (post: ReceivedPost) => Answer | Promise<Answer>;

/** A customer's HTTP server on loopback that keeps every POST it gets. */
export interface Receiver {
  url: string;
  port: number;
  readonly posts: readonly ReceivedPost[];
  /** How many TCP connections were opened to it so far. */
  connectionCount(): number;
  /** How many POSTs it has in hand and has not answered. */
  inHandCount(): number;
  /** Whether it has nothing in hand and no connection on which something could still come in. */
  isQuiet(): boolean;
  /** Changes how it answers, from the next POST on. */
  answerWith(responder: Responder): void;
  /** Changes what an HTTPS receiver shows, from the next connection on. */
  showCertificate(certificate: Certificate): void;
  stop(): Promise<void>;
}

const OK: Responder = () => ({ status: 200, body: 'ok' });

/** @param certificate makes it an HTTPS server */
export async function startReceiver(responder: Responder = OK, certificate?: Certificate): Promise<Receiver> {
  const posts: ReceivedPost[] = [];
  let respond = responder;
  let connections = 0;
  let openConnections = 0;
  let inHand = 0;
  const take = (request: IncomingMessage, response: ServerResponse) => {
    void (async () => {
      const post = await readPost(request);
      posts.push(post);
      inHand += 1;
      // Counted down also where the sender died while it waited.
      response.once('close', () => (inHand -= 1));
      answer(response, await respond(post));
    })().catch(() => response.destroy());
  };
  const server = certificate ? createSecureServer(certificate, take) : createServer(take);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    openConnections += 1;
    socket.once('close', () => (openConnections -= 1));
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    port,
    posts,
    connectionCount: () => connections,
    inHandCount: () => inHand,
    isQuiet: () => inHand === 0 && openConnections === 0,
    answerWith: (next) => (respond = next),
    showCertificate: (next) => (server as SecureServer).setSecureContext(next),
    stop: () => stop(server),
  };
}

async function readPost(request: IncomingMessage): Promise<ReceivedPost> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { received_at_ms: Date.now(), path: request.url ?? '', headers, body: Buffer.concat(chunks) };
}

function answer(response: ServerResponse, made: Answer): void {
  if ('take' in made) {
    if (response.socket) made.take(response.socket);
    return;
  }
  const { status, headers = {}, body = '' } = made;
  response.writeHead(status, headers).end(body);
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
