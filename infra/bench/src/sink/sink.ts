import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createArrivalLog, type Arrivals } from './arrivals.js';
import { serveConnection, type SinkRequest } from './connection.js';

/** How the sink answers POSTs from now on. */
export interface SinkAnswer {
  status: 200 | 503;
  /** How long it takes for it. */
  delay_ms: number;
}

const BODIES: Record<number, Buffer> = { 200: answerBytes('200 OK', 'ok'), 503: answerBytes('503 Unavailable', 'no') };

function answerBytes(status: string, body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

export type SinkCommands = ReturnType<typeof createSinkCommands>;

/** Customers' receivers, as one process with a port for each endpoint. A GET answers how many deliveries have arrived. */
export function createSinkCommands() {
  const servers: Server[] = [];
  const log = createArrivalLog();
  let answer: SinkAnswer = { status: 200, delay_ms: 0 };

  const respond = (endpoint: number, { method, webhookId }: SinkRequest, write: (bytes: Buffer) => void) => {
    if (method === 'GET') return write(answerBytes('200 OK', String(log.uniqueCount())));
    const { status, delay_ms } = answer;
    log.note(endpoint, webhookId, status !== 200);
    const bytes = BODIES[status] as Buffer;
    if (delay_ms === 0) write(bytes);
    else setTimeout(() => write(bytes), delay_ms);
  };
  return {
    /** @returns the ports, one an endpoint */
    listen: async ({ ports }: { ports: number }): Promise<number[]> => {
      while (servers.length < ports) {
        const endpoint = servers.length;
        const server = createServer((socket) =>
          serveConnection(socket, (request, write) => respond(endpoint, request, write)),
        );
        servers.push(server);
        server.listen({ host: '127.0.0.1', port: 0, backlog: 1_024 });
        await once(server, 'listening');
      }
      return servers.map((server) => (server.address() as AddressInfo).port);
    },
    answerWith: (next: SinkAnswer): void => {
      answer = next;
    },
    count: (): number => log.uniqueCount(),
    mark: (): void => log.mark(),
    read: (): Arrivals => log.read(),
  };
}
