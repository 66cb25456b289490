import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pastedKeyProblem, tryRequest, TRY_SCOPES } from './try-requests';

describe('a pasted key', () => {
  it('has to be a test key of this installation', () => {
    expect(pastedKeyProblem('sb_test_abc', 'sb')).toBeUndefined();
    expect(pastedKeyProblem('sb_live_abc', 'sb')).toMatch('This is a live key');
    expect(pastedKeyProblem('other_test_abc', 'sb')).toMatch('begins with sb_test_');
    expect(pastedKeyProblem('', 'sb')).toMatch('Paste a test key');
  });
});

it('the key that is made for trying can read and nothing else', () => {
  expect(TRY_SCOPES.filter((scope) => !scope.endsWith(':read'))).toEqual([]);
});

describe('a request that is tried', () => {
  let server: Server;
  let received: IncomingHttpHeaders;

  beforeAll(async () => {
    server = createServer((req, res) => {
      received = req.headers;
      res.writeHead(429, { 'x-request-id': 'req_1', 'retry-after': '3', 'x-powered-by': 'nobody' }).end('{"a":1}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  it('carries the key, and tells status, time, the headers that matter, and the body as it came', async () => {
    const { port } = server.address() as AddressInfo;
    const times = [100, 142];
    const answer = await tryRequest(fetch, `http://127.0.0.1:${port}/x`, 'sb_test_1', () => times.shift() ?? 0);
    expect(received.authorization).toBe('Bearer sb_test_1');
    expect(answer).toEqual({
      status: 429,
      duration_ms: 42,
      headers: [
        ['x-request-id', 'req_1'],
        ['retry-after', '3'],
      ],
      body: '{"a":1}',
    });
  });
});
