import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type Database } from '@switchboard/db';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWorkerMetrics } from './metrics.js';
import { createOperationsServer } from './server.js';

let test: TestDatabase;
let nowhere: Database;
const servers: Server[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  nowhere = createDatabase({
    url: 'postgres://x:x@127.0.0.1:9/x',
    poolSize: 1,
    applicationName: 'switchboard-test-nowhere',
  });
});
afterAll(async () => {
  for (const server of servers) {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  await nowhere.close();
  await test.drop();
});

async function serve({
  database = test.database,
  queueIsReady = true,
  queueIsMisconfigured = false,
  metrics = createWorkerMetrics(),
} = {}) {
  const server = createOperationsServer({
    database,
    queueIsReady: () => queueIsReady,
    queueIsMisconfigured: () => queueIsMisconfigured,
    metrics,
  });
  servers.push(server);
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
    return { status: response.status, text: await response.text() };
  };
}

describe('the worker’s own port', () => {
  it('says that it is alive also without a database', async () => {
    const get = await serve({ database: nowhere });
    expect(await get('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  });

  it('says that it is ready', async () => {
    const get = await serve();
    const { status, text } = await get('/readyz?verbose=1');
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { status: 'ok', checks: { postgres: 'ok', migrations: 'ok', queue: 'ok' } },
    ]);
  });

  it('is degraded and still ready while the queue is down', async () => {
    const get = await serve({ queueIsReady: false });
    const { status, text } = await get('/readyz');
    expect([status, (JSON.parse(text) as { status: string }).status]).toEqual([200, 'degraded']);
  });

  it('is degraded and still ready while Redis is set so that it could drop jobs', async () => {
    const get = await serve({ queueIsMisconfigured: true });
    const { status, text } = await get('/readyz');
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { status: 'degraded', checks: { postgres: 'ok', migrations: 'ok', queue: 'misconfigured' } },
    ]);
  });

  it('is not ready without a database', async () => {
    const get = await serve({ database: nowhere });
    const { status, text } = await get('/readyz');
    expect([status, (JSON.parse(text) as { status: string }).status]).toEqual([503, 'unavailable']);
  });

  it('shows its metrics to Prometheus', async () => {
    const metrics = createWorkerMetrics();
    metrics.onAttempt('succeeded', 20);
    metrics.onFannedOut(3, 5);
    metrics.onDefaultPartition(true);
    const { text } = await (await serve({ metrics }))('/metrics');
    expect(text).toContain('switchboard_attempt_duration_seconds_count{outcome="succeeded"} 1');
    expect(text).toContain('switchboard_events_fanned_out_total 3');
    expect(text).toContain('switchboard_deliveries_created_total 5');
    expect(text).toContain('switchboard_default_partition_holds_rows 1');
  });

  it('answers 404 to anything else', async () => {
    expect((await (await serve())('/other')).status).toBe(404);
  });
});
