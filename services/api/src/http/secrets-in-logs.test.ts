import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectError } from '../testing/answers.js';
import type { Tenant } from '../testing/actors.js';
import { killStartedProcesses, PROCESS_SETTINGS, publishTo, startApiProcess } from '../testing/processes.js';
import { platformToken } from '../testing/platform-token.js';
import { sendRaw } from '../testing/raw-http.js';
import { canStartRedis, startOwnRedis } from '../testing/redis-server.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { waitFor } from '../testing/waiting.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(async () => {
  await killStartedProcesses();
  await api.close();
});

const CREDENTIAL = 'credential-of-the-receiver';
const QUERY = 'marker-in-the-query';
const BODY = 'marker-in-the-body';

/** Bodies that the routes take, holding what must not be logged. */
const BODIES: Record<string, object> = {
  '/api/v1/appointments': { customer: { name: BODY }, starts_at: '2030-05-01T09:00:00Z', notes: BODY },
  '/api/v1/webhook-endpoints': {
    url: `https://receiver.example/${BODY}?token=${QUERY}`,
    event_types: ['*'],
    headers: { 'X-Auth': CREDENTIAL },
  },
  '/platform/v1/tenants': { name: BODY, plan: 'pro' },
};

/** Every route with a key in each place, a query string and a body. @returns every answer's text */
async function exerciseEveryRoute(): Promise<string[]> {
  const bodies = {
    ...BODIES,
    '/platform/v1/events': { tenant_id: tenant.id, event: 'a.b', data: { text: BODY }, idempotency_key: BODY },
  };
  const texts: string[] = [];
  for (const { method, path } of api.routes) {
    const isPlatform = path.startsWith('/platform');
    const address = path.replace('{id}', toPublicId('event', newUuid()));
    const body = JSON.stringify(bodies[path as keyof typeof bodies] ?? { headers: { 'X-Auth': CREDENTIAL } });
    const bearer = { Authorization: `Bearer ${isPlatform ? platformToken() : tenant.key}` };
    const ways = [
      { headers: bearer, query: '' },
      { headers: bearer, query: `?note=${QUERY}` },
      { headers: { 'X-API-Key': tenant.key }, query: '' },
      { headers: {}, query: `?api_key=${tenant.key}` },
      {
        headers: { Cookie: `key=${tenant.key}`, Referer: `https://x.example/?api_key=${tenant.key}` },
        query: `?api_key=${tenant.key}x&note=${QUERY}`,
      },
    ];
    for (const { headers, query } of ways) {
      for (const content of method === 'get' ? [undefined] : [body, body.slice(0, -1)]) {
        const request = {
          method: method.toUpperCase(),
          path: address + query,
          headers: { 'Content-Type': 'application/json', ...headers },
        };
        texts.push((await sendRaw(api.port, { ...request, ...(content !== undefined && { body: content }) })).text);
      }
    }
  }
  return texts;
}

function expectNoSecret(log: string, secrets: string[]): void {
  for (const secret of secrets) {
    const line = log.split('\n').find((text) => text.includes(secret));
    expect({ secret, line }).toEqual({ secret, line: undefined });
  }
}

describe('what is never logged (invariant 10)', () => {
  it('keys, tokens, secrets, query strings and bodies, whatever route is called and however it ends', async () => {
    const answers = await exerciseEveryRoute();
    const secret = /whsec_[A-Za-z0-9+/=]+/.exec(answers.join('\n'))?.[0] ?? '';
    expect(secret).not.toBe('');
    await waitFor(
      'every request has its line',
      () => api.logLines.filter((line) => line.includes('"msg":"request"')).length >= answers.length,
    );
    const token = platformToken();
    const secrets = [
      tenant.key,
      tenant.key.slice(-38),
      secret,
      CREDENTIAL,
      QUERY,
      BODY,
      'api_key',
      token.split('.')[0] as string,
      'Bearer',
    ];
    expectNoSecret(api.logLines.join(''), secrets);
  });

  it('none of them where a request fails for a reason of ours either, and the answer tells nothing of the reason', async () => {
    await api.database.query({ text: 'ALTER TABLE customers RENAME COLUMN name TO full_name', values: [] });
    try {
      const body = BODIES['/api/v1/appointments'];
      const answer = await api.http
        .post(`/api/v1/appointments?api_key=${tenant.key}`)
        .set('X-Request-Id', 'broken-1')
        .send(body);
      const { message, details } = expectError(answer, 'internal');
      expect({ message, details }).toEqual({ message: 'Something went wrong on our side.', details: [] });
      const line = api.logLines.find((text) => text.includes('broken-1') && text.includes('"level":"error"'));
      expect(line).toContain('column \\"name\\" of relation \\"customers\\" does not exist');
      expectNoSecret(api.logLines.join(''), [tenant.key, BODY, 'api_key']);
    } finally {
      await api.database.query({ text: 'ALTER TABLE customers RENAME COLUMN full_name TO name', values: [] });
    }
  });

  it('only the SHA-256 of a key is in the database', async () => {
    const [row] = await api.database.query<{ whole: string; key_hash: Buffer }>({
      text: 'SELECT k::text AS whole, key_hash FROM api_keys k WHERE tenant_id = $1',
      values: [tenant.uuid],
    });
    expect(row?.key_hash).toHaveLength(32);
    for (const form of [
      tenant.key,
      tenant.key.slice(8, -4),
      Buffer.from(tenant.key).toString('hex'),
      Buffer.from(tenant.key).toString('base64'),
    ]) {
      expect(row?.whole).not.toContain(form);
    }
  });
});

(canStartRedis ? describe : describe.skip)('what a process never logs, at its lowest level', () => {
  it('the passwords of its servers, also where a server refuses them, and its own keys', async () => {
    const redis = await startOwnRedis(['--requirepass', 'the-right-password']);
    const withPassword = (url: string, password: string) => Object.assign(new URL(url), { password }).href;
    try {
      const urls = {
        DATABASE_URL: withPassword(api.databaseUrl, 'a-wrong-database-password'),
        REDIS_URL: withPassword(redis.url, 'a-wrong-redis-password'),
      };
      const refused = await startApiProcess({ ...urls, LOG_LEVEL: 'trace' });
      await publishTo(refused, tenant.id);
      await waitFor('the refusal is logged', () => /WRONGPASS|NOAUTH/.test(refused.output()));
      await refused.stop();
      const { ENCRYPTION_KEYS, PLATFORM_JWT_SECRET } = PROCESS_SETTINGS;
      expectNoSecret(refused.output(), [
        'a-wrong-database-password',
        'a-wrong-redis-password',
        ENCRYPTION_KEYS,
        PLATFORM_JWT_SECRET,
      ]);
    } finally {
      await redis.dispose();
    }
  });
});
