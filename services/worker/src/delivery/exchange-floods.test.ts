import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { startDeafServer } from '../testing/deaf-server.js';
import { aRequest, createTestExchanger, tryOnce } from '../testing/exchanger.js';
import { drip, pour, startRawServer } from '../testing/raw-server.js';
import type { Exchanger } from './exchange.js';

const KEPT_BYTES = 16 * 1024;
/** What is read of one answer at most, and what the kernel's buffers on both sides of a connection may hold beyond it. */
const FLOOD_BYTES = 1024 * 1024 + 16 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

let exchanger: Exchanger;
const stops: (() => Promise<void>)[] = [];

beforeAll(() => {
  exchanger = createTestExchanger();
});
afterAll(() => exchanger.close());
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function rawServer(...args: Parameters<typeof startRawServer>) {
  const started = await startRawServer(...args);
  stops.push(() => started.stop());
  return started;
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

describe('an answer that goes on without getting anywhere', () => {
  it.each([
    { what: 'early hints', start: '', chunk: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(100) },
    { what: 'blank lines', start: '', chunk: '\r\n'.repeat(4_096) },
    { what: 'a status line', start: 'HTTP/1.1 200 ', chunk: 'O'.repeat(8_192) },
    { what: 'headers', start: HEAD, chunk: 'X-Again: and again\r\n'.repeat(200) },
    { what: 'a chunk’s size', start: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, chunk: '0'.repeat(8_192) },
    { what: 'a chunk’s extension', start: `${HEAD}Transfer-Encoding: chunked\r\n\r\n1;`, chunk: 'a'.repeat(8_192) },
    {
      what: 'trailers',
      start: `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n`,
      chunk: 'X-Again: and again\r\n'.repeat(200),
    },
  ])('is cut off and costs little memory: $what', async ({ start, chunk }) => {
    const target = await rawServer((socket) => {
      socket.write(start);
      pour(socket, Buffer.from(chunk));
    });
    const before = process.memoryUsage().rss;
    const { result, tookMs } = await tryOnce(exchanger, aRequest(target.url, { timeoutMs: 10_000 }));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'response_invalid' } });
    expect(tookMs).toBeLessThan(5_000);
    expect(target.bytesWritten()).toBeLessThan(FLOOD_BYTES);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * MEGABYTE);
    while (target.openCount() > 0) await wait(10);
  });

  it('is cut off by the deadline where it only drips', async () => {
    const target = await rawServer((socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n', 10));
    const { result } = await tryOnce(exchanger, aRequest(target.url, { timeoutMs: 400 }));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'timeout' } });
  });

  it('does not count against the next one on the same connection', async () => {
    const body = 'x'.repeat(60_000);
    const target = await rawServer((socket) => {
      const answer = () => socket.write(`${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`);
      answer();
      socket.on('data', answer);
    });
    for (let i = 0; i < 40; i += 1) expect((await tryOnce(exchanger, aRequest(target.url))).result.ok).toBe(true);
    // Together more than twice of what one may have.
    expect(target.connectionCount()).toBeLessThan(40);
  });
});

describe('an answer that is none', () => {
  it.each([
    { what: 'a 100 that nobody asked for', bytes: 'HTTP/1.1 100 Continue\r\n\r\n' },
    {
      what: 'a 101 that nobody asked for',
      bytes: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    },
    { what: 'the bare body of HTTP/0.9', bytes: '<html>ok</html>' },
    { what: 'HTTP/2', bytes: '\x00\x00\x12\x04\x00\x00\x00\x00\x00' },
    { what: 'a NUL in a header', bytes: `${HEAD}X-A: a\0b\r\n\r\n` },
    { what: 'two lengths', bytes: `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok` },
    { what: 'a length and chunks', bytes: `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n` },
    { what: 'a chunk’s size that is no number', bytes: `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n` },
  ])('is response_invalid: $what', async ({ bytes }) => {
    const target = await rawServer((socket) => socket.write(bytes, 'latin1'));
    const { result } = await tryOnce(exchanger, aRequest(target.url));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'response_invalid' } });
  });

  it('cannot be sent ahead for the next request', async () => {
    const target = await rawServer((socket) => {
      const forged = target.connectionCount() === 1 ? `${HEAD}Content-Length: 6\r\n\r\nforged` : '';
      socket.write(`${HEAD}Content-Length: 4\r\n\r\nreal${forged}`);
    });
    const bodies: (string | undefined)[] = [];
    for (let i = 0; i < 3; i += 1) bodies.push((await tryOnce(exchanger, aRequest(target.url))).result.answer?.body);
    expect(bodies).not.toContain('forged');
  });
});

describe('a receiver that does not listen', () => {
  const timeoutMs = 500;

  it.each([
    { what: 'accepts no connection', isFull: true },
    { what: 'leaves the connection lying in its kernel', isFull: false },
  ])('and $what is a timeout', async ({ isFull }) => {
    const target = await startDeafServer({ isFull });
    stops.push(() => target.stop());
    const { result, tookMs } = await tryOnce(exchanger, aRequest(target.url, { timeoutMs }));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'timeout' } });
    expect(tookMs).toBeLessThan(timeoutMs * 3);
  });

  it('and takes no more than the beginning of a large request is a timeout', async () => {
    const target = await rawServer((socket) => socket.pause(), { wait: false });
    const request = aRequest(target.url, { body: Buffer.alloc(32 * MEGABYTE, 'x'), timeoutMs });
    expect((await tryOnce(exchanger, request)).result).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it('and sends headers and then nothing more is a timeout', async () => {
    const target = await rawServer((socket) => socket.write(`${HEAD}Content-Length: 10\r\n\r\n`));
    const { result } = await tryOnce(exchanger, aRequest(target.url, { timeoutMs }));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'timeout' } });
    while (target.openCount() > 0) await wait(10);
  });
});

describe('a body that is no text', () => {
  const answering = (body: Buffer) =>
    rawServer((socket) =>
      socket.end(Buffer.concat([Buffer.from(`${HEAD}Content-Length: ${body.length}\r\n\r\n`), body])),
    );

  it.each([
    { character: 'é', bytes: 2 },
    { character: '€', bytes: 3 },
    { character: '🎉', bytes: 4 },
  ])(
    'because it was cut in the middle of $character is kept up to the character before',
    async ({ character, bytes }) => {
      for (let inside = 1; inside < bytes; inside += 1) {
        const before = 'x'.repeat(KEPT_BYTES - inside);
        const target = await answering(Buffer.from(`${before}${character} and more`));
        expect((await tryOnce(exchanger, aRequest(target.url))).result.answer?.body).toBe(before);
      }
    },
  );

  it('because it ends in the middle of a character shows that', async () => {
    const target = await answering(Buffer.from('caf\u00e9').subarray(0, 4));
    expect((await tryOnce(exchanger, aRequest(target.url))).result.answer?.body).toBe('caf\ufffd');
  });

  it('but any bytes there are, is kept as well-formed text', async () => {
    const target = await answering(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    const body = (await tryOnce(exchanger, aRequest(target.url))).result.answer?.body ?? '';
    expect(body).toContain('ABC');
    expect(body).not.toContain('\0');
    expect(Buffer.from(body, 'utf8').toString('utf8')).toBe(body);
  });
});
