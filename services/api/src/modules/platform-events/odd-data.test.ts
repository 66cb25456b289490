import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { createDeliveryMaker, uuidOf } from '../../testing/deliveries.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

/** Sends these very bytes as the event's data. */
async function publishRaw(data: string): Promise<Response> {
  const body = `{"tenant_id":"${tenant.id}","event":"invoice.paid","data":${data}}`;
  return api.platform.post('/platform/v1/events').set('Content-Type', 'application/json').send(body);
}

async function storedData(answer: Response): Promise<string | undefined> {
  expect(answer.status).toBe(202);
  const [row] = await api.database.query<{ data: string }>({
    text: 'SELECT data FROM events WHERE id = $1',
    values: [uuidOf('event', answer.body.data.id as string)],
  });
  return row?.data;
}

const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

describe('odd data of an event', () => {
  it.each([
    ['nothing at all', '{}'],
    ['half a surrogate pair, escaped', '{"text":"\\ud83d and \\udc00"}'],
    ['NUL and other control characters, escaped', '{"text":"\\u0000\\u0001\\u001f\\b\\f\\n\\r\\t"}'],
    ['line separators of JavaScript', '{"text":"\u2028\u2029"}'],
    ['a byte order mark inside', '{"text":"\ufeff"}'],
    ['characters outside the basic plane', '{"text":"😀𝕏"}'],
    ['a key __proto__', '{"__proto__":{"polluted":true},"constructor":{"prototype":{}},"toString":1}'],
    ['a key __proto__ deep inside', '{"a":[{"__proto__":[]}]}'],
    ['an empty key', '{"":{"":""}}'],
    ['quotes that end nothing', `{"text":"' OR 1=1; -- $1 %s \\" \\\\"}`],
    ['numbers at their limits', '{"n":[9007199254740991,-9007199254740991,1.7976931348623157e+308,5e-324,0.1]}'],
    ['64 levels', nested(64)],
    ['10,000 keys', `{${Array.from({ length: 10_000 }, (_, i) => `"key_${i}":${i}`).join()}}`],
    ['256 KB of text', `{"text":"${'x'.repeat(256 * 1024)}"}`],
    ['256 KB of escapes', `{"text":"${'\\u0000'.repeat(44_000)}"}`],
  ])('survives byte for byte: %s', async (_what, data) => {
    expect(await storedData(await publishRaw(data))).toBe(data);
  });

  it('a key __proto__ is data, and changes no object of ours', async () => {
    await publishRaw('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('what was stored is what the tenant reads and what is sent', async () => {
    const data = '{"__proto__":{"a":1},"text":"\\u0000\\ud83d"}';
    await createDeliveryMaker(api).createEndpoint(tenant);
    const { id } = (await publishRaw(data)).body.data as { id: string };
    expect((await tenant.get(`/api/v1/events/${id}`)).text).toContain(`"data":${data}}`);
  });

  it.each([65, 1_000, 100_000])(
    'is refused where it is nested %d levels deep, which no event needs',
    async (levels) => {
      expectInvalid(await publishRaw(nested(levels)), 'data');
    },
  );

  it('is refused where lists are nested too deep', async () => {
    expectInvalid(await publishRaw(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`), 'data');
  });

  it('up to 8 MB of events are taken at once, and no more', async () => {
    const almost = await publishRaw(`{"text":"${'x'.repeat(7 * 1024 * 1024)}"}`);
    expect(await storedData(almost)).toHaveLength(7 * 1024 * 1024 + 11);
    expectError(await publishRaw(`{"text":"${'x'.repeat(8 * 1024 * 1024)}"}`), 'payload_too_large');
  });
});
