import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, migrateDown, migrateUp } from '@switchboard/db';
import { freePort } from '../testing/ports.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { waitFor } from '../testing/waiting.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await waitFor('the queue is connected', () => api.producer.isReady());
});
afterAll(() => api.close());

describe('GET /healthz', () => {
  it('200: the process is alive, whatever is down around it', async () => {
    const answer = await api.http.get('/healthz');
    expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
  });
});

describe('GET /readyz', () => {
  it('200: PostgreSQL answers, migrations are done, the queue is connected', async () => {
    const answer = await api.http.get('/readyz');
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'ok', checks: { postgres: 'ok', migrations: 'ok', queue: 'ok' } },
    ]);
  });

  it('200: degraded where Redis is down, because events are accepted all the same', async () => {
    const withoutRedis = await startTestApi({ redisUrl: `redis://127.0.0.1:${await freePort()}` });
    const answer = await withoutRedis.http.get('/readyz');
    await withoutRedis.close();
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'degraded', checks: { postgres: 'ok', migrations: 'ok', queue: 'down' } },
    ]);
  });

  it('503: PostgreSQL cannot be reached', async () => {
    const url = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
    const database = createDatabase({ url, poolSize: 2, applicationName: 'test' });
    const withoutPostgres = await startTestApi({ database });
    const answer = await withoutPostgres.http.get('/readyz');
    await withoutPostgres.close();
    await database.close();
    expect([answer.status, answer.body.status, answer.body.checks]).toMatchObject([
      503,
      'unavailable',
      { postgres: 'down', migrations: 'unknown' },
    ]);
    expect(answer.text).not.toContain('ECONNREFUSED');
  });

  it('503: a migration is pending', async () => {
    const behind = await startTestApi();
    try {
      await migrateDown(behind.databaseUrl);
      const answer = await behind.http.get('/readyz');
      expect([answer.status, answer.body.checks]).toMatchObject([503, { postgres: 'ok', migrations: 'pending' }]);
      await migrateUp(behind.databaseUrl);
      expect((await behind.http.get('/readyz')).status).toBe(200);
    } finally {
      await behind.close();
    }
  });
});

describe('GET /metrics', () => {
  it('200: counts requests by method, route and status, and tells the process’s own figures', async () => {
    const tenant = await api.createTenant();
    await tenant.get('/api/v1/events/evt_01h455vb4pex5vsknk084sn02q');
    const answer = await waitFor('the request is counted', async () => {
      const metrics = await api.http.get('/metrics');
      return metrics.text.includes('route="/events/{id}"') ? metrics : null;
    });
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.text).toMatch(
      /switchboard_http_request_duration_seconds_count\{method="GET",route="\/events\/\{id\}",status="404"\} 1/,
    );
    expect(answer.text).toContain('process_cpu_seconds_total');
  });

  it('holds no address as it was asked for: an id, a key or a path that is none would each be a new series', async () => {
    const tenant = await api.createTenant();
    await api.http.get(`/made-up/path?api_key=${tenant.key}`);
    await tenant.get('/api/v1/events/made-up-id');
    const { text } = await api.http.get('/metrics');
    expect(text).not.toContain('made-up');
    expect(text).not.toContain(tenant.key);
    expect(text).toContain('route="unmatched"');
  });
});

it('no answer says what the service is made of', async () => {
  const answer = await api.http.get('/healthz');
  expect(answer.headers).not.toHaveProperty('x-powered-by');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
});
