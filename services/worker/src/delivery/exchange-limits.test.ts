import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { aRequest, createTestExchanger, tryOnce } from '../testing/exchanger.js';
import { pour, startRawServer } from '../testing/raw-server.js';
import type { Exchanger } from './exchange.js';

const KEPT_BYTES = 16 * 1024;
const READ_BYTES = 64 * 1024;
const GIGABYTE = 1024 ** 3;
/** What the kernel's buffers on both sides of a loopback connection may hold beyond what was read. */
const BUFFERED_BYTES = 16 * 1024 * 1024;

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

const answerHead = (headers: string) => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`;

describe('a body that is too large', () => {
  it.each([
    { size: KEPT_BYTES, kept: KEPT_BYTES, tooLarge: false },
    { size: KEPT_BYTES + 1, kept: KEPT_BYTES, tooLarge: false },
    { size: READ_BYTES, kept: KEPT_BYTES, tooLarge: false },
    { size: READ_BYTES + 1, kept: KEPT_BYTES, tooLarge: true },
  ])('of $size bytes is kept to $kept, and is too large: $tooLarge', async ({ size, kept, tooLarge }) => {
    const target = await rawServer((socket) =>
      socket.end(Buffer.concat([Buffer.from(answerHead(`Content-Length: ${size}`)), Buffer.alloc(size, 'x')])),
    );
    const { result } = await tryOnce(exchanger, aRequest(target.url));
    expect(result.answer?.body).toHaveLength(kept);
    expect(result.answer?.tooLarge).toBe(tooLarge);
  });

  it('of a gigabyte is cut off: a success with a note, little memory, and next to nothing read', async () => {
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const target = await rawServer((socket) => {
      socket.write(answerHead(`Content-Length: ${GIGABYTE}`));
      pour(socket, chunk, GIGABYTE);
    });
    const before = process.memoryUsage().rss;
    const { result, tookMs } = await tryOnce(exchanger, aRequest(target.url, { timeoutMs: 10_000 }));
    const grownBytes = process.memoryUsage().rss - before;

    expect(result).toMatchObject({
      ok: true,
      answer: { status: 200, tooLarge: true },
      error: { code: 'response_too_large' },
    });
    expect(result.answer?.body).toHaveLength(KEPT_BYTES);
    expect(tookMs).toBeLessThan(2_000);
    expect(target.bytesWritten()).toBeLessThan(READ_BYTES + BUFFERED_BYTES);
    expect(grownBytes).toBeLessThan(100 * 1024 * 1024);
    while (target.openCount() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('without a length and without an end is cut off alike', async () => {
    const target = await rawServer((socket) => {
      socket.write(answerHead('Transfer-Encoding: chunked'));
      pour(socket, Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`));
    });
    const { result } = await tryOnce(exchanger, aRequest(target.url));
    expect(result).toMatchObject({ ok: true, answer: { tooLarge: true } });
    expect(target.bytesWritten()).toBeLessThan(READ_BYTES + BUFFERED_BYTES);
  });

  it('counts for nothing on a failure: the status says what went wrong', async () => {
    const target = await rawServer((socket) => {
      socket.write('HTTP/1.1 500 Oh no\r\nTransfer-Encoding: chunked\r\n\r\n');
      pour(socket, Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`));
    });
    expect((await tryOnce(exchanger, aRequest(target.url))).result).toMatchObject({
      ok: false,
      error: { code: 'http_status' },
    });
  });

  it('is never inflated: a gzip bomb is read as the bytes it is', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(READ_BYTES + KEPT_BYTES);
    const target = await rawServer((socket) => {
      socket.end(
        Buffer.concat([Buffer.from(answerHead(`Content-Encoding: gzip\r\nContent-Length: ${bomb.length}`)), bomb]),
      );
    });
    const before = process.memoryUsage().rss;
    const { result } = await tryOnce(exchanger, aRequest(target.url));
    expect(result.ok).toBe(true);
    expect(result.answer?.body.length).toBeLessThanOrEqual(KEPT_BYTES);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });
});

describe('headers without an end', () => {
  it.each([
    { what: 'one endless header', chunk: 'a'.repeat(4_096) },
    { what: 'endlessly many headers', chunk: 'X-Again: and again\r\n'.repeat(200) },
  ])('are refused: $what', async ({ chunk }) => {
    const target = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-First: ');
      pour(socket, Buffer.from(chunk));
    });
    const { result, tookMs } = await tryOnce(exchanger, aRequest(target.url));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'response_invalid' } });
    expect(tookMs).toBeLessThan(1_500);
    expect(target.bytesWritten()).toBeLessThan(BUFFERED_BYTES);
  });

  it('leave the exchanger usable for the next attempt', async () => {
    const target = await rawServer((socket) => {
      if (target.connectionCount() === 1)
        pour(socket, Buffer.from('HTTP/1.1 200 OK\r\nX-First: '.padEnd(100_000, 'a')));
      else socket.end(answerHead('Content-Length: 2') + 'ok');
    });
    expect((await tryOnce(exchanger, aRequest(target.url))).result.ok).toBe(false);
    expect((await tryOnce(exchanger, aRequest(target.url))).result).toMatchObject({ ok: true, answer: { body: 'ok' } });
  });
});
