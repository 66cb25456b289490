import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server below HTTP, for receivers that break its rules. */
export interface RawServer {
  port: number;
  url: string;
  /** Bytes it was able to hand to the network so far. */
  bytesWritten(): number;
  connectionCount(): number;
  openCount(): number;
  stop(): Promise<void>;
}

/** @param onConnection is given each connection once the first bytes of the request have come */
export async function startRawServer(onConnection: (socket: Socket) => void, { wait = true } = {}): Promise<RawServer> {
  const open = new Set<Socket>();
  let written = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    // The other side hangs up on us in most of these tests.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      written += socket.bytesWritten;
      open.delete(socket);
    });
    if (wait) socket.once('data', () => onConnection(socket));
    else onConnection(socket);
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    bytesWritten: () => written + [...open].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    connectionCount: () => connections,
    openCount: () => open.size,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Writes `chunk` again and again, as fast as the other side takes it, up to `totalBytes`. */
export function pour(socket: Socket, chunk: Buffer, totalBytes = Number.POSITIVE_INFINITY): void {
  let poured = 0;
  const more = () => {
    while (!socket.destroyed && poured < totalBytes) {
      poured += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', more);
        return;
      }
    }
    if (!socket.destroyed) socket.end();
  };
  more();
}

/** Writes `chunk` every `everyMs`, for ever. */
export function drip(socket: Socket, chunk: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(chunk), everyMs);
  socket.once('close', () => clearInterval(timer));
}
