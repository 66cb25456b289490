import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase } from '@switchboard/db';
import { expectError } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf } from '../../testing/deliveries.js';
import { killStartedProcesses, startApiProcess, type ApiProcess } from '../../testing/processes.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';

let api: TestApi;
let otherProcess: ApiProcess;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  otherProcess = await startApiProcess({ DATABASE_URL: api.databaseUrl });
  await waitForListeners(2);
});
afterAll(async () => {
  await killStartedProcesses();
  await api.close();
});
beforeEach(async () => {
  tenant = await api.createTenant({ plan: 'pro' });
});

/** A signal takes milliseconds; a cache that times out would take many seconds. */
const AT_ONCE_MS = 1_000;
const PATH = '/api/v1/customers';

const run = (text: string, values: unknown[] = []) => api.database.query<Record<string, unknown>>({ text, values });
const here = (key: Tenant) => key.get(PATH);
const there = (key: Tenant) =>
  fetch(otherProcess.url + PATH, { headers: { Authorization: `Bearer ${key.key}`, Connection: 'close' } });
const revoke = ({ keyId }: Tenant) => api.platform.post(`/platform/v1/keys/${keyId}/revoke`).send({});

const LISTENERS = `FROM pg_stat_activity
  WHERE application_name = 'switchboard-listener' AND datname = current_database() AND query LIKE 'LISTEN%'`;
const waitForListeners = (count: number) =>
  waitFor(`${count} listeners`, async () => (await run(`SELECT pid ${LISTENERS} AND state = 'idle'`)).length === count);

/** Changes a key behind the back of every process: no signal is sent. */
async function setRevokedSilently({ keyId }: Tenant, value: 'now()' | 'NULL'): Promise<void> {
  await run('ALTER TABLE api_keys DISABLE TRIGGER api_keys_changed');
  await run(`UPDATE api_keys SET revoked_at = ${value} WHERE id = $1`, [uuidOf('apiKey', keyId)]);
  await run('ALTER TABLE api_keys ENABLE TRIGGER api_keys_changed');
}

/** Cuts every listener and lets none come back, while connections that are open go on. */
async function withoutSignals(work: () => Promise<void>): Promise<void> {
  const admin = createDatabase({
    url: process.env.SWITCHBOARD_TEST_ADMIN_URL as string,
    poolSize: 1,
    applicationName: 'switchboard-test-admin',
  });
  const name = new URL(api.databaseUrl).pathname.slice(1);
  const allowConnections = (yes: boolean) =>
    admin.query({ text: `ALTER DATABASE ${name} ALLOW_CONNECTIONS ${yes}`, values: [] });
  await allowConnections(false);
  try {
    await run(`SELECT pg_terminate_backend(pid) ${LISTENERS}`);
    await waitForListeners(0);
    await work();
  } finally {
    await allowConnections(true);
    await admin.close();
  }
}

describe('a key in use', () => {
  it('is kept in memory: what changes without a signal is not seen', async () => {
    expect((await here(tenant)).status).toBe(200);
    await setRevokedSilently(tenant, 'now()');
    expect((await here(tenant)).status).toBe(200);
  });

  it('stops at once in every process when it is revoked, and other keys go on', async () => {
    const other = await api.createKey(tenant);
    for (const key of [tenant, other]) {
      expect((await here(key)).status).toBe(200);
      expect((await there(key)).status).toBe(200);
    }
    expect((await revoke(tenant)).status).toBe(200);
    await waitFor('refused in the other process', async () => (await there(tenant)).status === 401, AT_ONCE_MS);
    expectError(await here(tenant), 'unauthorized');
    expect([(await here(other)).status, (await there(other)).status]).toEqual([200, 200]);
  });

  it('follows its tenant to another plan, and a plan that changes, in every process', async () => {
    const limit = async () => (await there(tenant)).headers.get('x-ratelimit-limit');
    expect(await limit()).toBe('100');
    await api.platform.patch(`/platform/v1/tenants/${tenant.id}`).send({ plan: 'enterprise' });
    await waitFor('the new plan counts', async () => (await limit()) === '500', AT_ONCE_MS);
    const plan = { name: 'Enterprise', rank: 3, requests_per_minute: 600, requests_per_day: 100_000 };
    const body = { ...plan, entitlements: ['public_api', 'webhooks'] };
    expect((await api.platform.put('/platform/v1/plans/enterprise').send(body)).status).toBe(200);
    await waitFor('the changed plan counts', async () => (await limit()) === '600', AT_ONCE_MS);
  });
});

describe('while signals cannot arrive', () => {
  it('keys are read from the database: nothing stale is served, and it recovers by itself', async () => {
    const keptBefore = await api.createKey(tenant);
    expect((await here(tenant)).status).toBe(200);
    expect((await here(keptBefore)).status).toBe(200);
    await withoutSignals(async () => {
      expect((await here(tenant)).status).toBe(200);
      await revoke(tenant);
      expectError(await here(tenant), 'unauthorized');
      await setRevokedSilently(tenant, 'NULL');
      expect((await here(tenant)).status).toBe(200);
      await setRevokedSilently(keptBefore, 'now()');
    });
    await waitForListeners(2);
    // Known from before the cut, revoked during it: the new connection forgot it.
    expectError(await here(keptBefore), 'unauthorized');
    expect((await here(tenant)).status).toBe(200);
    await revoke(tenant);
    await waitFor('refused in the other process', async () => (await there(tenant)).status === 401, AT_ONCE_MS);
    expectError(await here(tenant), 'unauthorized');
  });
});
