import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { callerWith } from '../testing/actors.js';
import { uuidOf } from '../testing/deliveries.js';
import { freePort } from '../testing/ports.js';
import { killStartedProcesses, runCli } from '../testing/processes.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenantId: string;

const cli = (...words: string[]) => runCli(words, { DATABASE_URL: api.databaseUrl });
const isAccepted = async (key: string) => (await callerWith(api.http, key).get('/api/v1/events')).status === 200;

beforeAll(async () => {
  api = await startTestApi();
  tenantId = (await api.createTenant()).id;
});
afterAll(async () => {
  await killStartedProcesses();
  await api.close();
});

describe('tenants create', () => {
  it('creates the tenant and says so', async () => {
    const { code, stdout, stderr } = await cli('tenants', 'create', '--name', 'Zoë’s Studio', '--plan', 'starter');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const id = /^Tenant (ten_\w{26}) \(Zoë’s Studio\) is on plan starter\.\n$/.exec(stdout)?.[1] ?? '';
    const rows = await api.database.query({
      text: 'SELECT name, plan_id FROM tenants WHERE id = $1',
      values: [uuidOf('tenant', id)],
    });
    expect(rows).toEqual([{ name: 'Zoë’s Studio', plan_id: 'starter' }]);
  });

  it('--json prints the tenant as the platform API shows it, and nothing else', async () => {
    const { code, stdout } = await cli('tenants', 'create', '--name', 'Studio', '--plan', 'pro', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      id: expect.stringMatching(/^ten_/),
      name: 'Studio',
      plan: 'pro',
      created_at: expect.stringMatching(/Z$/),
    });
  });

  it('a plan that does not exist: exit code 1, and which there are', async () => {
    const { code, stdout, stderr } = await cli('tenants', 'create', '--name', 'x', '--plan', 'gold');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('plan: must be one of starter, pro, enterprise');
  });
});

describe('keys create', () => {
  it('shows a key that works at once, and says that it is shown once', async () => {
    const { code, stdout } = await cli('keys', 'create', '--tenant', tenantId, '--name', 'server', '--mode', 'live');
    expect(code).toBe(0);
    const [key = '', , sentence] = stdout.split('\n');
    expect(key).toMatch(/^sb_live_[0-9A-Za-z]{38}$/);
    expect(sentence).toMatch(/^This key \(key_\w{26}\) is shown once; keep it now\.$/);
    expect(await isAccepted(key)).toBe(true);
  });

  it('--json prints the key with what may be shown of it for good', async () => {
    const { stdout } = await cli(
      'keys',
      'create',
      '--tenant',
      tenantId,
      '--name',
      'CI',
      '--mode',
      'test',
      '--scopes',
      'events:read, webhooks:read',
      '--json',
    );
    const created = JSON.parse(stdout) as { key: string; last4: string };
    expect(created).toMatchObject({
      tenant_id: tenantId,
      name: 'CI',
      mode: 'test',
      prefix: 'sb_test_',
      scopes: ['events:read', 'webhooks:read'],
      revoked_at: null,
    });
    expect(created.key.endsWith(created.last4)).toBe(true);
    const caller = callerWith(api.http, created.key);
    expect((await caller.get('/api/v1/events')).status).toBe(200);
    expect((await caller.post('/api/v1/appointments').send({})).status).toBe(403);
  });

  it.each([
    [
      'a tenant that does not exist',
      ['--tenant', toPublicId('tenant', newUuid())],
      'tenant_id: there is no tenant with this id',
    ],
    ['an id of another kind', ['--tenant', toPublicId('event', newUuid())], 'tenant: "evt_'],
    ['an unknown scope', ['--tenant', 'here', '--scopes', 'events:read,events:write'], 'scopes: unknown: events:write'],
    ['no scope', ['--tenant', 'here', '--scopes', ''], 'scopes: unknown'],
  ])('%s: exit code 1 and the reason', async (_what, words, reason) => {
    const given = words.map((word) => (word === 'here' ? tenantId : word));
    const { code, stdout, stderr } = await cli('keys', 'create', '--name', 'x', ...given);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('API_KEY_PREFIX is what keys start with', async () => {
    const words = ['keys', 'create', '--tenant', tenantId, '--name', 'x', '--json'];
    const { stdout } = await runCli(words, { DATABASE_URL: api.databaseUrl, API_KEY_PREFIX: 'kv' });
    expect(JSON.parse(stdout)).toMatchObject({ key: expect.stringMatching(/^kv_live_/), prefix: 'kv_live_' });
  });
});

describe('keys revoke', () => {
  it('stops the key at once and for good; again changes nothing', async () => {
    const { key, id } = JSON.parse(
      (await cli('keys', 'create', '--tenant', tenantId, '--name', 'x', '--json')).stdout,
    ) as { key: string; id: string };
    expect(await isAccepted(key)).toBe(true);
    const first = await cli('keys', 'revoke', id);
    expect(first).toMatchObject({ code: 0, stdout: `Key ${id} (sb_live_...${key.slice(-4)}) is revoked.\n` });
    expect(await isAccepted(key)).toBe(false);
    const [once, again] = [await cli('keys', 'revoke', id, '--json'), await cli('keys', 'revoke', id, '--json')];
    const revokedAt = (text: string) => (JSON.parse(text) as { revoked_at: string }).revoked_at;
    expect(revokedAt(again.stdout)).toBe(revokedAt(once.stdout));
    expect(again.stdout).not.toContain(key);
  });

  it('a key that does not exist: exit code 1', async () => {
    expect(await cli('keys', 'revoke', toPublicId('apiKey', newUuid()))).toMatchObject({
      code: 1,
      stderr: 'There is nothing with this id.\n',
    });
    expect(await cli('keys', 'revoke', 'key_1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('id: "key_1" is not an id'),
    });
  });
});

describe('a database that cannot be reached', () => {
  it.each(['127.0.0.1', 'localhost'])(
    'on %s: exit code 1 and the reason in a sentence, without a stack or a password',
    async (host) => {
      const DATABASE_URL = `postgres://root:hunter2@${host}:${await freePort()}/x`;
      for (const words of [
        ['tenants', 'create', '--name', 'x', '--plan', 'pro'],
        ['migrate', 'status'],
      ]) {
        const { code, stdout, stderr } = await runCli(words, { DATABASE_URL });
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain('ECONNREFUSED');
        expect(stderr).not.toMatch(/hunter2|\n {4}at /);
      }
    },
  );
});
