import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** A process that listens and never accepts: stopped in its tracks, as a machine that swaps or a debugger leaves it. */
const LISTEN = `
  const server = require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () =>
    process.stdout.write(String(server.address().port)));
`;

export interface DeafServer {
  url: string;
  stop(): Promise<void>;
}

/** With a backlog of 1 the kernel completes two connections that nobody accepts; from then on it leaves them waiting. */
const CONNECTIONS_THAT_FILL = 3;

/**
 * @param isFull whether the line of connections that wait to be accepted is full, so that the next one is never even
 *   completed; else it is completed by the kernel, and what is sent on it is never read
 */
export async function startDeafServer({ isFull }: { isFull: boolean }): Promise<DeafServer> {
  const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const waiting: Socket[] = [];
  for (let i = 0; isFull && i < CONNECTIONS_THAT_FILL; i += 1) waiting.push(connectTo(Number(port.toString())));
  return {
    url: `http://127.0.0.1:${port.toString()}/`,
    stop: async () => {
      for (const socket of waiting) socket.destroy();
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function connectTo(port: number): Socket {
  const socket = createConnection({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  return socket;
}
