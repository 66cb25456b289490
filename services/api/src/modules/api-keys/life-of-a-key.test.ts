import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startListener } from '@switchboard/db';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import { callerWith, type Tenant } from '../../testing/actors.js';
import { uuidOf } from '../../testing/deliveries.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';
import { touchApiKeys } from './repository.js';
import { apiKeySchema, createdApiKeySchema } from './schemas.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
});

const PATH = '/platform/v1/keys';
const HOUR_MS = 3_600_000;
const create = (body: object = {}) => api.platform.post(PATH).send({ tenant_id: tenant.id, name: 'CRM', ...body });
const created = async (body: object = {}) => expectData(await create(body), 201, createdApiKeySchema.strict());
const roll = (id: string, body: object = {}) => api.platform.post(`${PATH}/${id}/roll`).send(body);
const revoke = (id: string) => api.platform.post(`${PATH}/${id}/revoke`).send({});
const statusWith = async (key: string) => (await callerWith(api.http, key).get('/api/v1/customers')).status;

describe('creating keys', () => {
  it('201: shows the key once; the list tells of it, not what it is', async () => {
    const { key, ...shown } = await created({ scopes: ['customers:read'], mode: 'test' });
    expect(shown).toMatchObject({ name: 'CRM', mode: 'test', scopes: ['customers:read'], prefix: 'sb_test_' });
    expect(key.endsWith(shown.last4)).toBe(true);
    const list = await api.platform.get(`${PATH}?tenant_id=${tenant.id}`);
    expect(list.body.data[1]).toEqual(shown);
    expect(list.text).not.toContain(key);
    expect(await statusWith(key)).toBe(200);
  });

  it('422: an unknown scope, an end in the past, a tenant that does not exist', async () => {
    expectInvalid(await create({ scopes: ['customers:own'] }), 'scopes.0');
    expectInvalid(await create({ scopes: [] }), 'scopes');
    expectInvalid(await create({ expires_at: '2020-01-01T00:00:00Z' }), 'expires_at');
    expectInvalid(await create({ tenant_id: toPublicId('tenant', newUuid()) }), 'tenant_id');
  });

  it('401: not with a tenant’s key', async () => {
    expectError(await tenant.post(PATH).send({}), 'unauthorized');
  });
});

describe('the end of a key', () => {
  it('an expiry ends it by itself, also where it is in use', async () => {
    const { key } = await created({ expires_at: new Date(Date.now() + 1_500).toISOString() });
    expect(await statusWith(key)).toBe(200);
    await waitFor('it has expired', async () => (await statusWith(key)) === 401);
  });

  it('revoking it twice answers the same; there is no way back', async () => {
    const { id, key } = await created();
    const first = expectData(await revoke(id), 200, apiKeySchema.strict());
    expect(first.revoked_at).not.toBeNull();
    expect(expectData(await revoke(id), 200, apiKeySchema)).toEqual(first);
    expect(await statusWith(key)).toBe(401);
    expectError(await roll(id), 'conflict');
    expectError(await revoke(toPublicId('apiKey', newUuid())), 'not_found');
  });

  it('rolling gives a new key like it, and the old one works until the overlap ends', async () => {
    const old = await created({ scopes: ['customers:read'], mode: 'test' });
    const fresh = expectData(await roll(old.id, { overlap_hours: 2 }), 201, createdApiKeySchema.strict());
    expect(fresh).toMatchObject({ name: old.name, mode: 'test', scopes: old.scopes, expires_at: null });
    expect(fresh.id).not.toBe(old.id);
    expect([await statusWith(old.key), await statusWith(fresh.key)]).toEqual([200, 200]);
    const list = await api.platform.get(`${PATH}?tenant_id=${tenant.id}`);
    const ends = (list.body.data as { id: string; expires_at: string }[]).find(({ id }) => id === old.id)?.expires_at;
    const inMs = Date.parse(ends as string) - Date.now();
    expect(inMs).toBeGreaterThan(1.9 * HOUR_MS);
    expect(inMs).toBeLessThanOrEqual(2 * HOUR_MS);
  });

  it('rolling without an overlap ends the old one, and an earlier end is never put off', async () => {
    const old = await created();
    expect(await statusWith(old.key)).toBe(200);
    expect((await roll(old.id, { overlap_hours: 0 })).status).toBe(201);
    await waitFor('the old one stops', async () => (await statusWith(old.key)) === 401, 1_000);
    expect((await roll(old.id, { overlap_hours: 168 })).status).toBe(201);
    expect(await statusWith(old.key)).toBe(401);
    expectInvalid(await roll(old.id, { overlap_hours: 169 }), 'overlap_hours');
    expectError(await roll(toPublicId('apiKey', newUuid())), 'not_found');
  });
});

describe('last_used_at', () => {
  const lastUsed = async () => {
    const [row] = await api.database.query<{ last_used_at: Date | null }>({
      text: 'SELECT last_used_at FROM api_keys WHERE id = $1',
      values: [uuidOf('apiKey', tenant.keyId)],
    });
    return row?.last_used_at ?? null;
  };
  const setLastUsed = (secondsAgo: number) =>
    api.database.query({
      text: `UPDATE api_keys SET last_used_at = now() - $2 * interval '1 second' WHERE id = $1`,
      values: [uuidOf('apiKey', tenant.keyId), secondsAgo],
    });

  it('is noted by a request', async () => {
    expect(await lastUsed()).toBeNull();
    await tenant.get('/api/v1/customers');
    await waitFor('it is noted', lastUsed);
  });

  it('is written at most once a minute, over all processes', async () => {
    const touch = () => touchApiKeys(api.database, [uuidOf('apiKey', tenant.keyId)]);
    await setLastUsed(59);
    const before = await lastUsed();
    await touch();
    expect(await lastUsed()).toEqual(before);
    await setLastUsed(61);
    await touch();
    expect((await lastUsed())?.getTime()).toBeGreaterThan(Date.now() - 30_000);
  });

  it('makes no process forget its keys: it sends no signal', async () => {
    const signals: string[] = [];
    let connected = false;
    const listener = startListener({
      url: api.databaseUrl,
      channel: 'settings_changed',
      onSignal: (payload) => void signals.push(payload),
      onConnected: () => void (connected = true),
      onError: () => undefined,
    });
    try {
      await waitFor('it listens', () => connected);
      const unused = await api.createTenant();
      await touchApiKeys(api.database, [uuidOf('apiKey', unused.keyId)]);
      await revoke(tenant.keyId);
      // Signals arrive in the order of the commits: had the first change sent one, it would be here by now.
      await waitFor('the revocation is signalled', () => signals.includes(tenant.uuid));
      expect(signals).not.toContain(unused.uuid);
    } finally {
      await listener.close();
    }
  });
});
