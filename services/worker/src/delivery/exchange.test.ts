import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { startReceiver, type Receiver, type Responder } from '@switchboard/faults/receiver';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { aRequest, createTestExchanger, loopback, tryOnce } from '../testing/exchanger.js';
import { drip, startRawServer } from '../testing/raw-server.js';
import { createExchanger, type Exchanger } from './exchange.js';
import { createGuardedLookup } from './guarded-lookup.js';

let exchanger: Exchanger;
const stops: (() => Promise<void>)[] = [];

beforeAll(() => {
  exchanger = createTestExchanger();
});
afterAll(() => exchanger.close());
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function receiver(responder?: Responder): Promise<Receiver> {
  const started = await startReceiver(responder);
  stops.push(() => started.stop());
  return started;
}

async function rawServer(...args: Parameters<typeof startRawServer>) {
  const started = await startRawServer(...args);
  stops.push(() => started.stop());
  return started;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe('an exchange', () => {
  it('posts the very bytes with the headers as given, and gives back the answer', async () => {
    const target = await receiver(() => ({ status: 202, headers: { 'x-told': 'yes' }, body: 'accepted — gern' }));
    const body = Buffer.from('{"text":"Zoë \\u0000 \u{1F600}", "n": 1.0}');
    const { result } = await tryOnce(
      exchanger,
      aRequest(target.url, { body, headers: { 'Content-Type': 'application/json', 'X-A': 'b' } }),
    );

    expect(result).toMatchObject({ ok: true, answer: { status: 202, body: 'accepted — gern', tooLarge: false } });
    expect(result.answer?.headers['x-told']).toBe('yes');
    const [post] = target.posts;
    expect(post?.body.equals(body)).toBe(true);
    expect(post?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-a': 'b',
      'content-length': String(body.length),
    });
  });

  it('keeps connections and uses them again', async () => {
    const target = await receiver();
    for (let i = 0; i < 20; i += 1) expect((await tryOnce(exchanger, aRequest(target.url))).result.ok).toBe(true);
    // A second one may be opened while the first is still being handed back.
    expect(target.connectionCount()).toBeLessThanOrEqual(2);
  });

  it.each([200, 201, 204, 299])('is a success with %i', async (status) => {
    const target = await receiver(() => ({ status }));
    expect((await tryOnce(exchanger, aRequest(target.url))).result).toMatchObject({ ok: true, answer: { status } });
  });

  it.each([400, 401, 404, 410, 429, 500, 503])('fails with http_status on %i', async (status) => {
    const target = await receiver(() => ({ status, body: 'no' }));
    const { result } = await tryOnce(exchanger, aRequest(target.url));
    expect(result).toMatchObject({ ok: false, answer: { status, body: 'no' }, error: { code: 'http_status' } });
  });

  it.each([301, 302, 303, 307, 308])('never follows a %i', async (status) => {
    const elsewhere = await receiver();
    const target = await receiver(() => ({ status, headers: { location: elsewhere.url } }));
    const { result } = await tryOnce(exchanger, aRequest(target.url));
    expect(result).toMatchObject({ ok: false, answer: { status }, error: { code: 'redirect_refused' } });
    expect(elsewhere.posts).toEqual([]);
    expect(elsewhere.connectionCount()).toBe(0);
  });

  it('says connection_refused where nobody listens', async () => {
    const { result } = await tryOnce(exchanger, aRequest(`http://127.0.0.1:${await closedPort()}/`));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'connection_refused' } });
  });

  it('says dns_failed where the name does not exist', async () => {
    const { result } = await tryOnce(exchanger, aRequest('http://no-such-host.invalid/', { timeoutMs: 20_000 }));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'dns_failed' } });
  });

  it('says ssrf_blocked for an address that is not allowed, and opens no connection', async () => {
    const { result, tookMs } = await tryOnce(exchanger, aRequest('http://169.254.169.254/latest/meta-data/'));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'ssrf_blocked' } });
    expect(tookMs).toBeLessThan(500);
  });

  it('says ssrf_blocked for plain http where that is not allowed, and opens no connection', async () => {
    const target = await receiver();
    const strict = createTestExchanger({ allowHttp: false });
    const { result } = await tryOnce(strict, aRequest(`${target.url}?key=hush`));
    expect(result).toMatchObject({
      ok: false,
      answer: null,
      error: { code: 'ssrf_blocked', message: expect.stringContaining('plain http is not allowed') },
    });
    expect(JSON.stringify(result)).not.toContain('hush');
    expect(target.connectionCount()).toBe(0);
    await strict.close();
  });

  it.each([
    { how: 'before it answers', bytes: '' },
    { how: 'in the middle of the headers', bytes: 'HTTP/1.1 200 OK\r\nContent-Ty' },
    { how: 'in the middle of the body', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf' },
  ])('says connection_reset where the receiver resets the connection $how', async ({ bytes }) => {
    const target = await rawServer((socket) =>
      socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 20)),
    );
    const { result } = await tryOnce(exchanger, aRequest(target.url));
    expect(result).toMatchObject({ ok: false, error: { code: 'connection_reset' } });
  });

  it('says connection_reset where the receiver hangs up in the middle of the body', async () => {
    const target = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    expect((await tryOnce(exchanger, aRequest(target.url))).result).toMatchObject({
      ok: false,
      error: { code: 'connection_reset' },
    });
  });

  it.each(['not HTTP at all\r\n\r\n', 'HTTP/1.1 abc OK\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'])(
    'says response_invalid for %j',
    async (bytes) => {
      const target = await rawServer((socket) => socket.write(bytes));
      expect((await tryOnce(exchanger, aRequest(target.url))).result).toMatchObject({
        ok: false,
        error: { code: 'response_invalid' },
      });
    },
  );

  it('repeats no URL in an error’s message: its query may hold a credential', async () => {
    const urls = [
      `http://127.0.0.1:${await closedPort()}/?key=hush`,
      'http://no-such-host.invalid/?key=hush',
      'http://10.0.0.1/?key=hush',
    ];
    for (const url of urls) {
      const { result } = await tryOnce(exchanger, aRequest(url));
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain('hush');
    }
  });
});

describe('the one deadline over an exchange', () => {
  const timeoutMs = 400;
  const expectTimeout = ({ result, tookMs }: Awaited<ReturnType<typeof tryOnce>>) => {
    expect(result).toMatchObject({
      ok: false,
      answer: null,
      error: { code: 'timeout', message: expect.stringContaining('400 ms') },
    });
    expect(tookMs).toBeGreaterThanOrEqual(timeoutMs - 10);
    expect(tookMs).toBeLessThan(timeoutMs * 2);
  };

  it('ends one with a receiver that takes the request and never answers', async () => {
    const target = await rawServer(() => undefined);
    expectTimeout(await tryOnce(exchanger, aRequest(target.url, { timeoutMs })));
  });

  it('ends one whose headers drip in', async () => {
    const target = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      drip(socket, 'a', 20);
    });
    expectTimeout(await tryOnce(exchanger, aRequest(target.url, { timeoutMs })));
  });

  it('ends one whose body drips in', async () => {
    const target = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
      drip(socket, 'a', 20);
    });
    expectTimeout(await tryOnce(exchanger, aRequest(target.url, { timeoutMs })));
  });

  it('ends one whose TLS handshake never comes', async () => {
    const target = await rawServer(() => undefined);
    expectTimeout(await tryOnce(exchanger, aRequest(`https://127.0.0.1:${target.port}/`, { timeoutMs })));
  });

  it('ends one whose host name is never resolved, and sends nothing when it is resolved after all', async () => {
    const target = await receiver();
    const slow = createExchanger({
      addresses: loopback,
      allowHttp: true,
      lookup: createGuardedLookup(loopback, async () => {
        await wait(timeoutMs * 2);
        return [{ address: '127.0.0.1', family: 4 }];
      }),
    });
    expectTimeout(await tryOnce(slow, aRequest(`http://localhost:${target.port}/`, { timeoutMs })));
    while (target.connectionCount() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    // The next request on that connection goes through; the one that came too late was never sent.
    const next = await tryOnce(slow, aRequest(`http://localhost:${target.port}/next`, { timeoutMs: 5_000 }));
    expect(next.result.ok).toBe(true);
    expect(target.posts.map((post) => post.path)).toEqual(['/next']);
    await slow.close();
  });

  it('is not begun anew with each part: late headers and then a dripping body end at the same moment', async () => {
    const target = await rawServer((socket) => {
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n'), timeoutMs * 0.7);
      setTimeout(() => !socket.destroyed && drip(socket, 'a', 20), timeoutMs * 0.75);
    });
    expectTimeout(await tryOnce(exchanger, aRequest(target.url, { timeoutMs })));
  });

  it('closes the connection of an exchange that it ended', async () => {
    const target = await rawServer(() => undefined);
    expectTimeout(await tryOnce(exchanger, aRequest(target.url, { timeoutMs })));
    while (target.openCount() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('holds for a hundred exchanges at once', async () => {
    const target = await rawServer(() => undefined);
    const tried = await Promise.all(
      Array.from({ length: 100 }, () => tryOnce(exchanger, aRequest(target.url, { timeoutMs }))),
    );
    for (const each of tried) expect(each.result).toMatchObject({ ok: false, error: { code: 'timeout' } });
    expect(Math.max(...tried.map((each) => each.tookMs))).toBeLessThan(timeoutMs * 3);
  });
});
