import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateApiKey } from '@switchboard/shared';
import { expectError, withoutRequestId } from '../../testing/answers.js';
import { callerWith, type Tenant } from '../../testing/actors.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

const FAILURES_PER_MINUTE = 6;

beforeEach(async () => {
  api = await startTestApi({ authFailuresPerMinute: FAILURES_PER_MINUTE });
  tenant = await api.createTenant();
});
afterEach(() => api.close());

const ask = (key: string) => callerWith(api.http, key).get('/api/v1/customers');

describe('guessing keys', () => {
  it('wrong, revoked and no key answer alike and count alike; then the address is told to wait', async () => {
    const revoked = await api.createKey(tenant);
    await api.platform.post(`/platform/v1/keys/${revoked.keyId}/revoke`).send({});
    const wrong = [generateApiKey('sb', 'live').key, revoked.key, 'no-key-at-all'];
    const bodies = new Set<string>();
    for (let failure = 1; failure <= FAILURES_PER_MINUTE; failure += 1) {
      const answer = await ask(wrong[failure % wrong.length] as string);
      expectError(answer, 'unauthorized');
      bodies.add(withoutRequestId(answer.text));
      expect(answer.headers).toMatchObject({
        'x-ratelimit-limit': String(FAILURES_PER_MINUTE),
        'x-ratelimit-remaining': String(FAILURES_PER_MINUTE - failure),
      });
    }
    expect(bodies.size).toBe(1);

    const refusals = new Set<string>();
    for (const key of wrong) {
      const answer = await ask(key);
      refusals.add(expectError(answer, 'rate_limited').message);
      expect(answer.headers).toMatchObject({
        'x-ratelimit-limit': String(FAILURES_PER_MINUTE),
        'x-ratelimit-remaining': '0',
      });
      const retryAfter = Number(answer.headers['retry-after']);
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(60);
      const reset = Number(answer.headers['x-ratelimit-reset']);
      expect(Math.abs(reset - (Date.now() / 1_000 + retryAfter))).toBeLessThan(3);
    }
    expect(refusals.size).toBe(1);
  });

  it('does not get through with a right key either once it was too much: a hit would tell', async () => {
    for (let failure = 0; failure < FAILURES_PER_MINUTE; failure += 1) await ask('no-key');
    expectError(await ask(tenant.key), 'rate_limited');
    expect((await api.http.get('/healthz')).status).toBe(200);
  });

  it('slows nobody who presents a right key', async () => {
    for (let request = 0; request < 3 * FAILURES_PER_MINUTE; request += 1)
      expect((await ask(tenant.key)).status).toBe(200);
  });

  it('is counted by address: one does not stop another', async () => {
    const from = (address: string, key: string) => ask(key).set('X-Forwarded-For', address);
    for (let failure = 0; failure < FAILURES_PER_MINUTE; failure += 1) await from('198.51.100.1', 'no-key');
    expectError(await from('198.51.100.1', tenant.key), 'rate_limited');
    expect((await from('198.51.100.2', tenant.key)).status).toBe(200);
  });
});
