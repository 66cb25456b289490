import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { gzipSync } from 'node:zlib';
import { expectError, expectErrorEnvelope, expectInvalid } from '../testing/answers.js';
import type { Tenant } from '../testing/actors.js';
import { sendRaw, type RawRequest } from '../testing/raw-http.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const PATH = '/api/v1/webhook-endpoints';
const endpoint = JSON.stringify({ url: 'https://receiver.example/', event_types: ['*'] });
const ofLength = (bytes: number) => JSON.stringify({ description: 'x'.repeat(bytes - 18) });

function send(request: Partial<RawRequest>) {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${tenant.key}`, ...request.headers };
  return sendRaw(api.port, { method: 'POST', path: PATH, ...request, headers });
}

describe('a body', () => {
  it.each(['{', '{"url":}', "{'url':1}", '{"a":1}{"b":2}', 'undefined', 'NaN', '{"a":"\u0001"}', '{"a":01}'])(
    'that is not JSON: 400 (%s)',
    async (body) => {
      const error = expectError(await send({ body }), 'malformed_json');
      expect(error.details).toEqual([]);
    },
  );

  it('that is not UTF-8: 400, and not taken with its broken characters replaced', async () => {
    expectError(await send({ body: Buffer.from(endpoint).fill(0xff, 10, 12) }), 'malformed_json');
    expectError(
      await send({
        body: Buffer.concat([Buffer.from('{"description":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      }),
      'malformed_json',
    );
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'json',
    '',
  ])('of the content type "%s": 415', async (type) => {
    expectError(await send({ body: endpoint, headers: { 'Content-Type': type } }), 'unsupported_media_type');
  });

  it('in a charset or compression that is unknown: 415', async () => {
    for (const charset of ['iso-8859-1', 'utf-7', 'utf-16', 'utf-99']) {
      const answer = await send({
        body: endpoint,
        headers: { 'Content-Type': `application/json; charset=${charset}` },
      });
      expectError(answer, 'unsupported_media_type');
    }
    expectError(await send({ body: endpoint, headers: { 'Content-Encoding': 'compress' } }), 'unsupported_media_type');
  });

  it('that is compressed is taken; that says so and is not: 400', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    expect((await send({ body: gzipSync(endpoint), headers })).status).toBe(201);
    expectError(await send({ body: endpoint, headers }), 'bad_request');
    expectError(await send({ body: gzipSync(endpoint).subarray(0, 30), headers }), 'bad_request');
  });

  it('of up to 256 KB is looked at; of more: 413', async () => {
    expect(ofLength(256 * 1024)).toHaveLength(256 * 1024);
    expectInvalid(await send({ body: ofLength(256 * 1024) }), 'description', 'event_types', 'url');
    expectError(await send({ body: ofLength(256 * 1024 + 1) }), 'payload_too_large');
  });

  it('that does not tell its length, or grows when it is unpacked, is measured all the same: 413', async () => {
    expectError(
      await send({ body: ofLength(300_000), headers: { 'Transfer-Encoding': 'chunked' } }),
      'payload_too_large',
    );
    expectError(
      await send({ body: gzipSync(ofLength(50_000_000)), headers: { 'Content-Encoding': 'gzip' } }),
      'payload_too_large',
    );
  });

  it.each(['[]', 'null', '"text"', '1', 'true', '[{}]', ' null '])('that is no object: 422 (%s)', async (body) => {
    expectInvalid(await send({ body }), '');
  });

  it('that is empty: 422, as an empty object is', async () => {
    expectInvalid(await send({}), 'event_types', 'url');
    expectInvalid(await send({ body: '', headers: { 'Transfer-Encoding': 'chunked' } }), 'event_types', 'url');
  });

  it('with an unknown field: 422 naming the field', async () => {
    expectInvalid(
      await tenant.patch(`${PATH}/${toPublicId('endpoint', newUuid())}`).send({ description: 'x', colour: 'red' }),
      'colour',
    );
    expectInvalid(await send({ body: endpoint.replace('{', '{"__proto__":{"enabled":false},') }), '__proto__');
  });
});

describe('an address', () => {
  it.each([
    '/',
    '/api',
    '/api/v1',
    '/api/v2/events',
    '/api/v1/appointment',
    `${PATH}/a/b`,
    '/platform/v2/events',
    '/favicon.ico',
    '/api/v1/events/',
  ])('that is no route: 404 (%s)', async (path) => {
    const answer = await send({ method: 'GET', path, headers: { Authorization: `Bearer ${tenant.key}` } });
    // Express takes a trailing slash for the same address; then it is a list.
    if (path.endsWith('events/')) expect(answer.status).toBe(200);
    else expectError(answer, 'not_found');
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    'with a method it does not take: 404 (%s)',
    async (method) => {
      expectError(await send({ method }), 'not_found');
    },
  );

  it.each(['%', '%zz', '%E0%A4%A', '%ff', 'evt_%c3%28'])(
    'that is not UTF-8 or not percent-encoded: 400 (%s)',
    async (id) => {
      expectError(await send({ method: 'GET', path: `/api/v1/events/${id}` }), 'bad_request');
    },
  );

  it.each([
    '%00',
    '%0d%0aX-Admin:%20yes',
    '..%2f..%2fetc%2fpasswd',
    "'%20OR%201=1",
    'evt_',
    `evt_8${'0'.repeat(25)}`,
    'EVT_01h455vb4pex5vsknk084sn02q',
    'x'.repeat(5_000),
  ])('with an id that is none: 422 (%s)', async (id) => {
    expectInvalid(await send({ method: 'GET', path: `/api/v1/events/${id}` }), 'id');
  });

  it('with an unknown query parameter: 422 naming it, on every kind of route', async () => {
    const id = toPublicId('event', newUuid());
    expectInvalid(await tenant.get('/api/v1/events?colour=red'), 'colour');
    expectInvalid(await tenant.get(`/api/v1/events/${id}?colour=red`), 'colour');
    expectInvalid(await send({ path: `${PATH}?dry_run=1`, body: endpoint }), 'dry_run');
    expectInvalid(await api.platform.get('/platform/v1/tenants?__proto__=1&a[b]=c'), '__proto__', 'a[b]');
  });
});

describe('the request’s id', () => {
  it('is in header and body, made by the service where the caller names none', async () => {
    const answer = await api.http.get('/api/v1/events');
    expect(expectErrorEnvelope(answer).request_id).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('is the caller’s where it is a plain text of up to 100 characters', async () => {
    for (const id of ['trace-42', '4bf92f3577b34da6a3ce929d0e0e4736', 'a.b:c_d', 'x'.repeat(100)]) {
      expect(expectErrorEnvelope(await api.http.get('/api/v1/events').set('X-Request-Id', id)).request_id).toBe(id);
    }
  });

  it.each(['', 'x'.repeat(101), 'a b', '{"level":"fatal"}', '<script>', 'ümlaut'])(
    'is not the caller’s where it could forge a log line: "%s"',
    async (id) => {
      const answer = await api.http.get('/api/v1/events').set('X-Request-Id', Buffer.from(id).toString('latin1'));
      expect(expectErrorEnvelope(answer).request_id).toMatch(/^req_/);
    },
  );
});
