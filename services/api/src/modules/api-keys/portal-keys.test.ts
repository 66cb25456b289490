import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import { callerWith, type Tenant } from '../../testing/actors.js';
import { auditOf, type Person } from '../../testing/people.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';
import { apiKeySchema, createdApiKeySchema } from './schemas.js';

let api: TestApi;
let tenant: Tenant;
let admin: Person;
let developer: Person;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
  admin = await api.signIn(tenant, 'admin');
  developer = await api.signIn(tenant, 'developer');
});

const PATH = '/settings/api/keys';
const create = async (who: Person, body: object) =>
  expectData(await who.post(PATH).send({ name: 'CRM', ...body }), 201, createdApiKeySchema.strict());
const statusWith = async (key: string) => (await callerWith(api.http, key).get('/api/v1/customers')).status;
const keyEntries = async (owner = tenant) =>
  (await auditOf(api.database, owner)).filter(({ target_kind }) => target_kind === 'api_key');

describe('keys in people’s hands', () => {
  it('201: an admin creates a live key, which works; the list shows it without being it', async () => {
    const { key, ...shown } = await create(admin, { scopes: ['customers:read'] });
    expect(shown).toMatchObject({ name: 'CRM', mode: 'live', tenant_id: tenant.id });
    expect(await statusWith(key)).toBe(200);
    const list = await admin.get(`${PATH}?per_page=100`);
    expect(list.body.data).toContainEqual(shown);
    expect(list.text).not.toContain(key);
  });

  it('200: the list has both modes, whatever mode one looks at, what was made last first', async () => {
    await create(admin, { mode: 'test' });
    const modes = (await developer.choosing({ mode: 'test' }).get(PATH)).body.data as { mode: string }[];
    expect(modes.map(({ mode }) => mode)).toEqual(['test', 'live']);
  });

  it('403: a developer manages test keys alone, a viewer none', async () => {
    const live = await create(admin, {});
    const test = await create(developer, { mode: 'test' });
    expectError(await developer.post(PATH).send({ name: 'CRM' }), 'forbidden');
    expectError(await developer.post(PATH).send({ name: 'CRM', mode: 'live' }), 'forbidden');
    expectError(await developer.post(`${PATH}/${live.id}/revoke`), 'forbidden');
    expectError(await developer.post(`${PATH}/${live.id}/roll`).send({}), 'forbidden');
    expectError(await developer.delete(`${PATH}/${live.id}`), 'forbidden');
    expect(await statusWith(live.key)).toBe(200);

    const viewer = await api.signIn(tenant, 'viewer');
    expect((await viewer.get(PATH)).status).toBe(200);
    expectError(await viewer.post(PATH).send({ name: 'CRM', mode: 'test' }), 'forbidden');
    expectError(await viewer.delete(`${PATH}/${test.id}`), 'forbidden');
  });

  it('404: another tenant’s key answers as one that never was, and stays as it is', async () => {
    const other = await api.createTenant();
    for (const id of [other.keyId, toPublicId('apiKey', newUuid())]) {
      expectError(await admin.post(`${PATH}/${id}/revoke`), 'not_found');
      expectError(await admin.post(`${PATH}/${id}/roll`).send({}), 'not_found');
      expectError(await admin.delete(`${PATH}/${id}`), 'not_found');
      expectError(await developer.delete(`${PATH}/${id}`), 'not_found');
    }
    expect(await statusWith(other.key)).toBe(200);
    expect((await admin.get(PATH)).text).not.toContain(other.keyId);
  });

  it('422: what a key cannot be, and whose it is cannot be said', async () => {
    expectInvalid(
      await admin.post(PATH).send({ scopes: ['all'], expires_at: '2020-01-01T00:00:00Z' }),
      'name',
      'scopes.0',
      'expires_at',
    );
    expectInvalid(await admin.post(PATH).send({ name: 'CRM', tenant_id: tenant.id }), 'tenant_id');
    expectInvalid(await admin.post(`${PATH}/${tenant.keyId}/roll`).send({ overlap_hours: 200 }), 'overlap_hours');
  });

  it('201: a rolled key works beside the new one until the overlap ends', async () => {
    const old = await create(developer, { mode: 'test' });
    const rolled = await developer.post(`${PATH}/${old.id}/roll`).send({ overlap_hours: 1 });
    const fresh = expectData(rolled, 201, createdApiKeySchema.strict());
    expect([await statusWith(old.key), await statusWith(fresh.key)]).toEqual([200, 200]);
    await developer.post(`${PATH}/${fresh.id}/roll`).send({ overlap_hours: 0 });
    await waitFor('it has ended', async () => (await statusWith(fresh.key)) === 401);
  });

  it('200: a revoked key is listed on; a deleted one stops and is seen no more, nor can it be changed', async () => {
    const revoked = await create(admin, {});
    const deleted = await create(admin, {});
    expect(
      expectData(await admin.post(`${PATH}/${revoked.id}/revoke`), 200, apiKeySchema.strict()).revoked_at,
    ).not.toBeNull();
    expect((await admin.delete(`${PATH}/${deleted.id}`)).body.data).toEqual({ id: deleted.id, deleted: true });
    await waitFor(
      'both stop',
      async () => (await statusWith(deleted.key)) === 401 && (await statusWith(revoked.key)) === 401,
    );
    const ids = ((await admin.get(PATH)).body.data as { id: string }[]).map(({ id }) => id);
    expect(ids).toContain(revoked.id);
    expect(ids).not.toContain(deleted.id);
    expect((await api.platform.get(`/platform/v1/keys?tenant_id=${tenant.id}`)).text).not.toContain(deleted.id);
    expectError(await admin.delete(`${PATH}/${deleted.id}`), 'not_found');
    expectError(await admin.post(`${PATH}/${deleted.id}/roll`).send({}), 'not_found');
  });
});

describe('the audit log of keys', () => {
  it('tells who did what to which key, and never the key', async () => {
    const made = await create(admin, { name: 'Till', scopes: ['calls:read'] });
    const rolled = (await admin.post(`${PATH}/${made.id}/roll`).send({ overlap_hours: 2 })).body.data;
    await admin.post(`${PATH}/${made.id}/revoke`);
    await admin.post(`${PATH}/${made.id}/revoke`);
    await admin.delete(`${PATH}/${made.id}`);

    const entries = (await keyEntries()).filter(({ actor_kind }) => actor_kind === 'user');
    const masked = { name: 'Till', key: `sb_live_...${made.last4}`, scopes: ['calls:read'] };
    expect(entries.map(({ action }) => action)).toEqual(
      ['created', 'rolled', 'revoked', 'deleted'].map((what) => `api_key.${what}`),
    );
    expect(entries[0]).toMatchObject({ mode: 'live', after: { ...masked, expires_at: null }, before: null });
    expect(entries[1]).toMatchObject({
      before: masked,
      after: { id: rolled.id, key: `sb_live_...${rolled.last4 as string}`, old_key_ends_at: expect.any(String) },
    });
    expect(entries[2]).toMatchObject({ before: masked, after: null });
    expect(JSON.stringify(entries)).not.toMatch(/sb_live_\w/);
  });

  it('tells of the platform’s acts as well', async () => {
    const answer = await api.platform.post('/platform/v1/keys').send({ tenant_id: tenant.id, name: 'Backend' });
    const { id } = answer.body.data as { id: string };
    await api.platform.post(`/platform/v1/keys/${id}/roll`).send({});
    await api.platform.post(`/platform/v1/keys/${id}/revoke`).send({});
    const entries = (await keyEntries()).slice(-3);
    expect(entries.map(({ action, actor_kind }) => [action, actor_kind])).toEqual([
      ['api_key.created', 'platform'],
      ['api_key.rolled', 'platform'],
      ['api_key.revoked', 'platform'],
    ]);
    expect(entries.every(({ ip }) => ip !== null)).toBe(true);
  });

  it('a key that was refused leaves no entry', async () => {
    const before = (await keyEntries()).length;
    await developer.post(PATH).send({ name: 'CRM' });
    await admin.post(`${PATH}/${toPublicId('apiKey', newUuid())}/revoke`);
    expect(await keyEntries()).toHaveLength(before);
  });
});
