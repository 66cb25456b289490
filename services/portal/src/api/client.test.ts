import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from './api-error';
import { createClient, type RequestContext } from './client';
import type { SessionView } from './types';

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

interface Heard {
  line: string;
  headers: IncomingMessage['headers'];
}

const ok = (data: unknown, meta?: unknown): Answer => ({ status: 200, body: { success: true, data, meta } });
const refusal = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: { success: false, error: { code, message: `said ${code}`, request_id: 'req_1', ...more } },
});

let server: Server;
let answers: (line: string) => Answer;
let heard: Heard[];
let context: RequestContext;
let expired: number;
let in_turn: number;

beforeEach(async () => {
  heard = [];
  expired = 0;
  in_turn = 0;
  context = { csrf_token: 'csrf-1', tenant_id: 'ten_1', mode: 'test' };
  server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    heard.push({ line, headers: request.headers });
    const { status, body, headers } = answers(line);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A browser's fetch knows the page's origin; Node's has to be told. */
function clientOf() {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createClient({
    fetch: (path, init) => fetch(`${origin}${path as string}`, init),
    context,
    onRefreshed: ({ csrf_token }: SessionView) => {
      context.csrf_token = csrf_token;
    },
    onSessionExpired: () => {
      expired += 1;
    },
    exclusively: async (work) => {
      in_turn += 1;
      return work();
    },
  });
}

const lines = () => heard.map(({ line }) => line);

describe('what it sends', () => {
  beforeEach(() => {
    answers = () => ok({});
  });

  it('says whose rows are meant, and proves with each change that it comes from this page', async () => {
    const api = clientOf();
    await api.get('/webhooks', { page: 2, search: '', event: undefined });
    await api.post('/webhooks', { url: 'https://a.example/' });
    expect(lines()).toEqual(['GET /settings/api/webhooks?page=2', 'POST /settings/api/webhooks']);
    for (const { headers } of heard) {
      expect(headers).toMatchObject({ accept: 'application/json', 'x-tenant-id': 'ten_1', 'x-mode': 'test' });
    }
    expect(heard.map(({ headers }) => headers['x-csrf-token'])).toEqual([undefined, 'csrf-1']);
  });

  it('asks for a tenant or for none where it is told to', async () => {
    await clientOf().get('/session', {}, { tenant_id: '' });
    await clientOf().get('/webhooks', {}, { tenant_id: 'ten_2', mode: 'live' });
    expect(heard.map(({ headers }) => [headers['x-tenant-id'], headers['x-mode']])).toEqual([
      [undefined, 'test'],
      ['ten_2', 'live'],
    ]);
  });
});

describe('what it gets', () => {
  it('is the data, and of a list its meta too', async () => {
    answers = () => ok([1, 2], { per_page: 2, next_cursor: 'c' });
    expect(await clientOf().get('/x')).toEqual([1, 2]);
    expect(await clientOf().list('/x')).toEqual({ data: [1, 2], meta: { per_page: 2, next_cursor: 'c' } });
  });

  it('is an ApiError with all that the server said', async () => {
    answers = () => ({
      ...refusal(422, 'validation_failed', { details: [{ path: 'url', message: 'must not be empty' }] }),
      headers: { 'retry-after': '7' },
    });
    await expect(clientOf().post('/x', {})).rejects.toMatchObject({
      status: 422,
      code: 'validation_failed',
      message: 'said validation_failed',
      details: [{ path: 'url', message: 'must not be empty' }],
      request_id: 'req_1',
      retry_after_seconds: 7,
    });
  });

  it('is an ApiError in plain words where a proxy answers with its own page', async () => {
    answers = () => ({ status: 502, body: '<html>Bad gateway</html>' });
    await expect(clientOf().get('/x')).rejects.toMatchObject({ status: 502, code: 'unreadable' });
  });

  it('is an ApiError too where nobody answers', async () => {
    const api = clientOf();
    await new Promise((resolve) => server.close(resolve));
    const error = await api.get('/x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 0, code: 'unreachable' });
    server.listen(0);
  });
});

describe('a session that has run out', () => {
  let is_fresh: boolean;
  let can_refresh: boolean;
  beforeEach(() => {
    is_fresh = false;
    can_refresh = true;
    answers = (line) => {
      if (line.endsWith('/session/refresh')) {
        is_fresh = can_refresh;
        return can_refresh ? ok({ csrf_token: 'csrf-2' }) : refusal(401, 'unauthorized');
      }
      return is_fresh ? ok('data') : refusal(401, 'unauthorized');
    };
  });

  it('is renewed without anybody noticing, and what was asked is asked again', async () => {
    expect(await clientOf().post('/x', {})).toBe('data');
    expect(lines()).toEqual(['POST /settings/api/x', 'POST /settings/api/session/refresh', 'POST /settings/api/x']);
    expect(heard[2]?.headers['x-csrf-token']).toBe('csrf-2');
    expect(expired).toBe(0);
  });

  it('is renewed once for all that is asked meanwhile, in turn with other tabs', async () => {
    const api = clientOf();
    expect(await Promise.all([api.get('/a'), api.get('/b'), api.get('/c')])).toEqual(['data', 'data', 'data']);
    expect(lines().filter((line) => line.endsWith('/refresh'))).toHaveLength(1);
    expect(in_turn).toBe(1);
  });

  it('that cannot be renewed is told to the page, and the request fails', async () => {
    can_refresh = false;
    await expect(clientOf().get('/x')).rejects.toMatchObject({ status: 401 });
    expect(expired).toBe(1);
    expect(lines()).toHaveLength(2);
  });

  it('is no interruption where the page only asks whether there is one', async () => {
    can_refresh = false;
    await expect(clientOf().get('/session', {}, { may_be_signed_out: true })).rejects.toMatchObject({ status: 401 });
    expect(expired).toBe(0);
  });

  it('is not to blame for a wrong password', async () => {
    await expect(clientOf().post('/session', {})).rejects.toMatchObject({ status: 401 });
    expect(lines()).toEqual(['POST /settings/api/session']);
  });

  it('does not end because the server cannot be asked for a new one', async () => {
    const before = answers;
    answers = (line) => (line.endsWith('/refresh') ? refusal(503, 'unavailable') : before(line));
    await expect(clientOf().get('/x')).rejects.toMatchObject({ status: 503 });
    expect(expired).toBe(0);
  });
});
