import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runLoad, type LoadSpec } from './load.js';

let server: Server;
let origin: string;
let bodies: string[];
let underWay: number;
let mostUnderWay: number;
let answer: (response: ServerResponse, request: IncomingMessage) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      let body = '';
      mostUnderWay = Math.max(mostUnderWay, (underWay += 1));
      for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
      bodies.push(body);
      underWay -= 1;
      answer(response, request);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  bodies = [];
  underWay = 0;
  mostUnderWay = 0;
  answer = (response) => response.writeHead(202).end();
});

const specOf = (fields: Partial<LoadSpec>): LoadSpec => ({
  origin,
  method: 'POST',
  path: '/',
  token: 'token',
  bodies: ['a', 'b'],
  items_per_request: 10,
  expected_status: 202,
  pace: { kind: 'closed', callers: 4 },
  ...fields,
});
const never = new AbortController().signal;

describe('the load generator', () => {
  it('sends as many requests as it was told, its bodies in turn, and counts what was accepted', async () => {
    const result = await runLoad(specOf({ requests: 20 }), never);
    expect(result).toMatchObject({ requests: 20, items: 200, failures: {}, took: { count: 20 } });
    expect(bodies.filter((body) => body === 'a')).toHaveLength(10);
    expect(mostUnderWay).toBeLessThanOrEqual(4);
  });

  it('counts what was answered otherwise by its status, and not as accepted', async () => {
    let answered = 0;
    answer = (response) => response.writeHead((answered += 1) <= 3 ? 429 : 202).end();
    const result = await runLoad(specOf({ requests: 5 }), never);
    expect(result).toMatchObject({ items: 20, failures: { 429: 3 } });
  });

  it('counts a connection that is cut as a failure by the error’s code', async () => {
    answer = (response) => response.socket?.destroy();
    const { items, failures } = await runLoad(specOf({ requests: 4 }), never);
    expect(items).toBe(0);
    expect(Object.values(failures).reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('goes on at its rate until it is stopped', async () => {
    const stop = new AbortController();
    answer = (response) => {
      response.writeHead(202).end();
      if (bodies.length === 10) stop.abort();
    };
    const result = await runLoad(specOf({ pace: { kind: 'rate', per_second: 200 } }), stop.signal);
    expect(result.requests).toBeGreaterThanOrEqual(10);
    expect(result.items).toBe(result.requests * 10);
    // Evenly, not all at once.
    expect(result.seconds).toBeGreaterThanOrEqual(9 / 200);
  });

  it('keeps no more on their way than its window holds', async () => {
    let arrived = 0;
    const counter = createServer((_request, response) => response.end(String(arrived))).listen(0, '127.0.0.1');
    await once(counter, 'listening');
    const stop = new AbortController();
    const window = {
      counter_origin: `http://127.0.0.1:${(counter.address() as AddressInfo).port}`,
      deliveries_per_item: 2,
      arrived_before: 0,
      max_deliveries_on_their_way: 40,
    };
    let mostOnTheirWay = 0;
    answer = (response) => {
      mostOnTheirWay = Math.max(mostOnTheirWay, bodies.length * 20 - arrived);
      // The first two fill the window; from then on there is room only where something arrives.
      setTimeout(() => (arrived += 20), 30);
      response.writeHead(202).end();
      if (bodies.length === 6) stop.abort();
    };
    const result = await runLoad(specOf({ pace: { kind: 'closed', callers: 1 }, window }), stop.signal);
    counter.closeAllConnections();
    counter.close();
    expect(result.requests).toBe(6);
    expect(mostOnTheirWay).toBe(40);
  });
});
