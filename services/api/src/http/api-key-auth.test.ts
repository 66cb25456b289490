import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateApiKey } from '@switchboard/shared';
import { expectError, expectInvalid, withoutRequestId } from '../testing/answers.js';
import type { Tenant } from '../testing/actors.js';
import { uuidOf } from '../testing/deliveries.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const PATH = '/api/v1/webhook-endpoints';

describe('an API key', () => {
  it('may be presented in any of three places', async () => {
    expect((await api.http.get(PATH).set('Authorization', `Bearer ${tenant.key}`)).status).toBe(200);
    expect((await api.http.get(PATH).set('Authorization', `bearer   ${tenant.key}`)).status).toBe(200);
    expect((await api.http.get(PATH).set('X-API-Key', tenant.key)).status).toBe(200);
    expect((await api.http.get(`${PATH}?api_key=${tenant.key}`)).status).toBe(200);
    expect((await api.http.get(`${PATH}?per_page=1&api_key=${tenant.key}`)).body.meta.per_page).toBe(1);
  });

  it('may be presented in two places where it is the same', async () => {
    const answer = await api.http
      .get(`${PATH}?api_key=${tenant.key}`)
      .set('X-API-Key', tenant.key)
      .set('Authorization', `Bearer ${tenant.key}`);
    expect(answer.status).toBe(200);
  });

  it('is refused with 400 beside a different one, wherever the two are', async () => {
    const { key } = await api.createKey(tenant);
    const answers = [
      await api.http.get(PATH).set('Authorization', `Bearer ${tenant.key}`).set('X-API-Key', key),
      await api.http.get(`${PATH}?api_key=${key}`).set('X-API-Key', tenant.key),
      await api.http.get(`${PATH}?api_key=${key}`).set('Authorization', `Bearer ${tenant.key}`),
      await api.http.get(`${PATH}?api_key=${key}&api_key=${tenant.key}`),
      await api.http.get(PATH).set('X-API-Key', `${key}, ${tenant.key}`),
    ];
    for (const answer of answers) {
      expectError(answer, 'bad_request');
      expect(answer.text).not.toContain(key);
      expect(answer.text).not.toContain(tenant.key);
    }
  });

  it('is enough beside a place that is empty', async () => {
    expect((await tenant.get(`${PATH}?api_key=`).set('X-API-Key', '')).status).toBe(200);
  });

  it('works for its own tenant alone', async () => {
    const other = await api.createTenant();
    await tenant.post(PATH).send({ url: 'https://receiver.example/', event_types: ['*'] });
    expect((await other.get(PATH)).body.data).toEqual([]);
  });
});

describe('a key that does not work', () => {
  async function brokenKeys(): Promise<Record<string, string>> {
    const revoked = await api.createKey(tenant);
    const expired = await api.createKey(tenant);
    const expires = await api.createKey(tenant);
    const set = (column: string, value: string, { keyId }: Tenant) =>
      api.database.query({
        text: `UPDATE api_keys SET ${column} = ${value} WHERE id = $1`,
        values: [uuidOf('apiKey', keyId)],
      });
    await set('revoked_at', 'now()', revoked);
    await set('expires_at', `now() - interval '1 millisecond'`, expired);
    await set('expires_at', `now() + interval '1 hour'`, expires);
    expect((await expires.get(PATH)).status).toBe(200);
    return {
      revoked: revoked.key,
      expired: expired.key,
      unknown: generateApiKey('sb', 'live').key,
      'of another installation': generateApiKey('kv', 'live').key,
      'with a typing error': `${tenant.key.slice(0, -1)}${tenant.key.endsWith('x') ? 'y' : 'x'}`,
      'of the other mode': tenant.key.replace('_live_', '_test_'),
      'in capitals': tenant.key.toUpperCase(),
      'with something after it': `${tenant.key}x`,
      'that is no key': 'secret',
      'that is SQL': `'OR'1'='1`,
      'that is very long': 'x'.repeat(8_000),
    };
  }

  it('is answered the same 401 whatever is wrong with it, and as if there were none', async () => {
    const none = await api.http.get(PATH);
    expectError(none, 'unauthorized');
    expect(none.headers['www-authenticate']).toBe('Bearer');
    for (const [what, key] of Object.entries(await brokenKeys())) {
      for (const answer of [
        await api.http.get(PATH).set('Authorization', `Bearer ${key}`),
        await api.http.get(PATH).set('X-API-Key', key),
        await api.http.get(`${PATH}?api_key=${encodeURIComponent(key)}`),
      ]) {
        expectError(answer, 'unauthorized');
        expect({ what, body: withoutRequestId(answer.text) }).toEqual({ what, body: withoutRequestId(none.text) });
      }
    }
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer  ', 'Token x', ''])(
    'is answered 401 where the header is "%s"',
    async (header) => {
      expectError(await api.http.get(PATH).set('Authorization', header), 'unauthorized');
      expectError(
        await api.http.get(PATH).set('Authorization', `${header} ${tenant.key}`.replace('Bearer', 'Basic')),
        'unauthorized',
      );
    },
  );

  it('is answered 401 before anything else is looked at', async () => {
    expectError(await api.http.post(PATH).set('Content-Type', 'text/plain').send('not json'), 'unauthorized');
    expectError(await api.http.get('/api/v1/no-such-route'), 'unauthorized');
    expectError(await api.http.get(`${PATH}/no-id?colour=red`), 'unauthorized');
  });

  it('stops at once when it is revoked', async () => {
    const key = await api.createKey(tenant);
    expect((await key.get(PATH)).status).toBe(200);
    await api.database.query({
      text: 'UPDATE api_keys SET revoked_at = now() WHERE id = $1',
      values: [uuidOf('apiKey', key.keyId)],
    });
    expectError(await key.get(PATH), 'unauthorized');
  });
});

describe('?api_key= switched off', () => {
  it('does not let anybody in, and is an unknown parameter beside a valid key', async () => {
    const strict = await startTestApi({ allowQueryKey: false });
    try {
      const owner = await strict.createTenant();
      expectError(await strict.http.get(`${PATH}?api_key=${owner.key}`), 'unauthorized');
      const answer = await owner.get(`${PATH}?api_key=${owner.key}`);
      expectInvalid(answer, 'api_key');
      expect(answer.text).not.toContain(owner.key);
    } finally {
      await strict.close();
    }
  });
});
