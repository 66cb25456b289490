import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { createApiKeyService } from './modules/api-keys/service.js';
import { createTenantService } from './modules/tenants/service.js';
import { uuidOf } from './testing/deliveries.js';
import { platformToken } from './testing/platform-token.js';
import {
  bookWith,
  killStartedProcesses,
  PROCESS_SETTINGS,
  publishTo,
  runApi,
  startApiProcess,
} from './testing/processes.js';
import { canStartRedis, startOwnRedis } from './testing/redis-server.js';
import { waitFor } from './testing/waiting.js';

let test: TestDatabase;
let tenantId: string;
let key: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = (await createTenantService(test).create({ name: 'Dental Studio', plan: 'pro' })).id;
  const keys = createApiKeyService({ ...test, keyPrefix: 'sb' });
  key = (await keys.create({ tenant_id: uuidOf('tenant', tenantId), name: 'test', mode: 'live', scopes: ['*'] })).key;
});
afterAll(async () => {
  await killStartedProcesses();
  await test.drop();
});

async function eventCount(): Promise<number> {
  const [row] = await test.database.query<{ count: number }>({
    text: 'SELECT count(*) AS count FROM events',
    values: [],
  });
  return row?.count ?? -1;
}

describe('the API process', () => {
  it('ends with exit code 78 where its configuration is wrong, and says what, without a secret', async () => {
    const env = { DATABASE_URL: 'mysql://root:hunter2@localhost/x', API_PORT: 'http', PLATFORM_JWT_SECRET: 'hunter2' };
    const { code, stdout, stderr } = await runApi(env);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    for (const name of ['DATABASE_URL', 'API_PORT', 'PLATFORM_JWT_SECRET', 'ENCRYPTION_KEYS']) {
      expect(stderr).toMatch(new RegExp(`^  - ${name}: .+ Example: ${name}=.+$`, 'm'));
    }
    expect(stderr).not.toContain('hunter2');
  });

  it('does not start with a fault point in production', async () => {
    const settings = {
      ...PROCESS_SETTINGS,
      DATABASE_URL: test.url,
      FAULT_POINT: 'after_commit',
      NODE_ENV: 'production',
    };
    expect(await runApi(settings)).toMatchObject({ code: 78, stderr: expect.stringContaining('FAULT_POINT') });
  });

  it('names the port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stdout } = await runApi({ ...PROCESS_SETTINGS, DATABASE_URL: test.url, API_PORT: String(port) });
    await once(other.close(), 'close');
    expect(code).toBe(1);
    expect(stdout).toContain(`cannot listen on port ${port}`);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with exit code 0 on %s, after what is under way was answered',
    async (signal) => {
      const api = await startApiProcess({ DATABASE_URL: test.url });
      const before = await eventCount();
      const body = JSON.stringify({ tenant_id: tenantId, event: 'invoice.paid', data: {} });
      const authorization = { Authorization: `Bearer ${platformToken()}`, 'Content-Type': 'application/json' };
      const headers = { ...authorization, 'Content-Length': body.length, Expect: '100-continue' };
      const slow = request(`${api.url}/platform/v1/events`, { method: 'POST', headers });
      slow.flushHeaders();
      await once(slow, 'continue');
      api.signal(signal);
      await waitFor('it takes no more', () =>
        fetch(`${api.url}/healthz`).then(
          () => false,
          () => true,
        ),
      );
      slow.end(body);
      const [answer] = (await once(slow, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(202);
      const answeredAt = performance.now();
      expect(await api.ended).toMatchObject({ code: 0, signal: null });
      // The caller's connection is kept alive; it is not waited for.
      expect(performance.now() - answeredAt).toBeLessThan(3_000);
      expect(await eventCount()).toBe(before + 1);
    },
  );

  it('writes one JSON line a request, with the request’s id, route, status and duration', async () => {
    const api = await startApiProcess({ DATABASE_URL: test.url });
    const headers = { Authorization: `Bearer ${platformToken()}`, 'X-Request-Id': 'line-1' };
    await fetch(`${api.url}/platform/v1/tenants?page=0`, { headers });
    const line = await waitFor('the line is written', () =>
      api
        .output()
        .split('\n')
        .find((text) => text.includes('line-1')),
    );
    await api.stop();
    const { time, duration_ms, ...rest } = JSON.parse(line) as Record<string, unknown>;
    expect(new Date(String(time)).getTime()).toBeGreaterThan(0);
    expect(duration_ms).toEqual(expect.any(Number));
    expect(rest).toMatchObject({
      level: 'info',
      service: 'api',
      request_id: 'line-1',
      method: 'GET',
      route: '/tenants',
      status: 422,
      error_code: 'validation_failed',
    });
  });

  it('with a fault point dies like a crash: before the COMMIT nothing is written, after it everything', async () => {
    const cases = [
      ['before_commit', 0],
      // A booking of somebody new: the customer's event and the appointment's.
      ['after_commit', 2],
    ] as const;
    for (const [point, written] of cases) {
      const api = await startApiProcess({ DATABASE_URL: test.url, FAULT_POINT: point });
      const before = await eventCount();
      await expect(bookWith(api, key)).rejects.toThrow();
      expect(await api.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
      expect({ point, written: (await eventCount()) - before }).toEqual({ point, written });
    }
  });
});

(canStartRedis ? describe : describe.skip)('the API process and its Redis', () => {
  it('lives through Redis being killed, frozen and started again, answers all the time, and ends with exit code 0', async () => {
    const redis = await startOwnRedis();
    const api = await startApiProcess({ DATABASE_URL: test.url, REDIS_URL: redis.url, LOG_LEVEL: 'debug' });
    try {
      const statuses: number[] = [];
      const publish = async () => void statuses.push(await publishTo(api, tenantId));
      await publish();
      await redis.kill();
      await publish();
      await redis.start();
      await publish();
      redis.freeze();
      await publish();
      redis.thaw();
      await redis.kill();
      await publish();
      expect(statuses).toEqual([202, 202, 202, 202, 202]);
      expect(await api.stop()).toMatchObject({ code: 0, stderr: '' });
    } finally {
      api.signal('SIGKILL');
      await redis.dispose();
    }
  });
});
