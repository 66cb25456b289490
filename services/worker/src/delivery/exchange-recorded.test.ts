import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { anAttempt, createTestDatabase, insertTenant, makeDelivery, type TestDatabase } from '@switchboard/db/testing';
import { aRequest, createTestExchanger, tryOnce } from '../testing/exchanger.js';
import { createTestLog } from '../testing/log.js';
import { startRawServer } from '../testing/raw-server.js';
import type { Exchanger } from './exchange.js';
import { createRecorder } from './recorder.js';

let test: TestDatabase;
let tenantId: string;
let exchanger: Exchanger;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
  exchanger = createTestExchanger();
});
afterAll(async () => {
  await exchanger.close();
  await test.drop();
});

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
/** All that a header's value may hold. */
const HEADER_BYTES = ALL_BYTES.subarray(0x20).filter((byte) => byte !== 0x7f);

it.each([
  { what: 'NUL', body: Buffer.from('a\0b\0'), kept: 'a\ufffdb\ufffd' },
  { what: 'half a character at its end', body: Buffer.from('🎉🎉').subarray(0, 6), kept: '🎉\ufffd' },
  { what: 'half a surrogate pair', body: Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62]), kept: 'a\ufffd\ufffd\ufffdb' },
  { what: 'a byte order mark', body: Buffer.from('\ufeffok'), kept: '\ufeffok' },
  { what: 'every byte there is', body: ALL_BYTES, kept: expect.stringContaining('ABC') },
  { what: '16 KB of bytes that are no text', body: Buffer.alloc(20_000, 0xff), kept: '\ufffd'.repeat(16 * 1024) },
])('an answer whose body is $what is recorded', async ({ body, kept }) => {
  const target = await startRawServer((socket) => {
    socket.write(`HTTP/1.1 299 \xff\r\nContent-Length: ${body.length}\r\nX-Any: a`, 'latin1');
    socket.write(HEADER_BYTES);
    socket.end(Buffer.concat([Buffer.from('z\r\n\r\n'), body]));
  });
  const { result } = await tryOnce(exchanger, aRequest(target.url));
  await target.stop();
  expect(result).toMatchObject({ ok: true, answer: { status: 299 } });

  const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
  const { log, lines } = createTestLog();
  const record = anAttempt(delivery, {
    status_code: result.answer?.status ?? null,
    response_headers: result.answer?.headers ?? null,
    response_body: result.answer?.body ?? null,
  });
  expect(await createRecorder({ database: test.database, log }).submit(record)).toBe(true);
  expect(lines).toEqual([]);
  const rows = await test.database.query({
    text: 'SELECT response_body, response_headers::json AS response_headers FROM attempts WHERE delivery_id = $1',
    values: [delivery.delivery_id],
  });
  expect(rows).toEqual([{ response_body: kept, response_headers: result.answer?.headers }]);
});
