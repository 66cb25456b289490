import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { anyFreePort, choosePorts, isPortFree } from './ports.js';

const open: Server[] = [];

async function listen(port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(port, host);
  open.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => once(server.close(), 'close')));
});

describe('the ports of the local stack', () => {
  it('are the first free ones where nobody asked', async () => {
    const taken = await listen();
    const { api } = await choosePorts({ api: { variable: 'API_PORT', first: taken } }, {});
    expect(api).toBeGreaterThan(taken);
    expect(await isPortFree(api)).toBe(true);
  });

  it('are each other’s neighbours where they start at the same number, never the same', async () => {
    const first = await anyFreePort();
    const ports = await choosePorts(
      { api: { variable: 'API_PORT', first }, worker: { variable: 'WORKER_PORT', first } },
      {},
    );
    expect(ports.worker).toBeGreaterThan(ports.api);
  });

  it('are those that were asked for', async () => {
    const port = await anyFreePort();
    expect(await choosePorts({ api: { variable: 'API_PORT', first: 3000 } }, { API_PORT: String(port) })).toEqual({
      api: port,
    });
  });

  it('leave alone what another variable asks for', async () => {
    const first = await anyFreePort();
    const requests = { api: { variable: 'API_PORT', first }, worker: { variable: 'WORKER_PORT', first } };
    const ports = await choosePorts(requests, { WORKER_PORT: String(first) });
    expect(ports.worker).toBe(first);
    expect(ports.api).toBeGreaterThan(first);
  });

  it('are refused with variable and port where they were asked for and are taken', async () => {
    const taken = await listen();
    await expect(choosePorts({ pg: { variable: 'PG_PORT', first: 5433 } }, { PG_PORT: String(taken) })).rejects.toThrow(
      `PG_PORT asks for port ${taken}, and another program is listening there.`,
    );
  });

  it('are taken also where another program listens on all addresses', async () => {
    const taken = await listen(0, '0.0.0.0');
    expect(await isPortFree(taken)).toBe(false);
  });

  it('are refused where two variables ask for the same one', async () => {
    const port = String(await anyFreePort());
    const requests = { api: { variable: 'API_PORT', first: 3000 }, worker: { variable: 'WORKER_PORT', first: 3001 } };
    await expect(choosePorts(requests, { API_PORT: port, WORKER_PORT: port })).rejects.toThrow(
      `API_PORT and WORKER_PORT both ask for port ${port}.`,
    );
  });

  it.each(['http', '0', '65536', '-1', '3000 '])('are refused where "%s" is no port', async (text) => {
    await expect(choosePorts({ api: { variable: 'API_PORT', first: 3000 } }, { API_PORT: text })).rejects.toThrow(
      `API_PORT is "${text}", which is not a port.`,
    );
  });
});

describe('any free port', () => {
  it('is another one each time, however many are asked for at once', async () => {
    const ports = await Promise.all(Array.from({ length: 200 }, anyFreePort));
    expect(new Set(ports).size).toBe(200);
  });
});
