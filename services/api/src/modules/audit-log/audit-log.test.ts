import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyAuditChain, writeAudit } from '@switchboard/db';
import { newUuid, toPublicId } from '@switchboard/shared';
import { z } from 'zod';
import { expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf } from '../../testing/deliveries.js';
import { personOf, type Person } from '../../testing/people.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { auditEntrySchema, type AuditEntryView } from './schemas.js';

let api: TestApi;
let tenant: Tenant;
let developer: Person;
let viewer: Person;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
  developer = await api.signIn(tenant, 'developer');
  viewer = await api.signIn(tenant, 'viewer');
});

const PATH = '/settings/api/audit';

async function list(query = '', who = viewer): Promise<AuditEntryView[]> {
  const answer = await who.get(`${PATH}?${query}`);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  return z.array(auditEntrySchema.strict()).parse((answer.body as { data: unknown }).data);
}

const createHook = async (): Promise<string> => {
  const url = 'https://receiver.example/hook?token=hunter2';
  const answer = await developer.post('/settings/api/webhooks').send({ url, event_types: ['*'] });
  return (answer.body as { data: { id: string } }).data.id;
};

describe('the audit log', () => {
  it('200: tells who did what, when, from where, before and after, newest first', async () => {
    const id = await createHook();
    await tenant.patch(`/api/v1/webhook-endpoints/${id}`).send({ description: 'The till' });
    const [updated, created] = await list('action=webhook_endpoint.*');
    expect(created).toMatchObject({
      occurred_at: expect.any(String),
      actor: { kind: 'user', id: developer.id, name: developer.email },
      ip: expect.stringMatching(/127\.0\.0\.1/),
      action: 'webhook_endpoint.created',
      target: { kind: 'webhook_endpoint', id },
      before: null,
      after: { url: 'https://receiver.example/hook?********' },
      mode: 'live',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(updated).toMatchObject({
      actor: { kind: 'api_key', id: tenant.keyId, name: `test (...${tenant.key.slice(-4)})` },
      before: { description: '' },
      after: { description: 'The till' },
      sequence: (created?.sequence ?? 0) + 1,
    });
    expect(JSON.stringify(await list('per_page=100'))).not.toMatch(/hunter2|whsec_|sb_live_\w/);
  });

  it('200: names the platform, the product itself, and keys that are deleted', async () => {
    const admin = await api.signIn(tenant, 'admin');
    const entry = { tenant_id: tenant.uuid, mode: null, target: { kind: 'tenant', id: tenant.uuid } };
    await writeAudit(api.database, { ...entry, actor: { kind: 'system' }, action: 'a.system' });
    await writeAudit(api.database, { ...entry, actor: { kind: 'portal_link', id: newUuid() }, action: 'a.link' });
    await tenant.post('/api/v1/replays').send({});
    await admin.delete(`/settings/api/keys/${tenant.keyId}`);
    const names = new Map((await list('per_page=100')).map(({ action, actor }) => [action, actor.name]));
    expect(names.get('a.system')).toBe('Switchboard');
    expect(names.get('a.link')).toBe('Portal link');
    expect(names.get('api_key.created')).toBe('Platform');
    expect(names.get('replay.created')).toMatch(/^test \(\.\.\./);
  });

  it('200: filters by actor, action, target and time, alone and together', async () => {
    const id = await createHook();
    const other = await createHook();
    await developer.delete(`/settings/api/webhooks/${other}`);
    const actions = async (query: string) => (await list(query)).map(({ action }) => action);
    expect(await actions(`target_id=${id}`)).toEqual(['webhook_endpoint.created']);
    expect(await actions('action=webhook_endpoint.deleted')).toEqual(['webhook_endpoint.deleted']);
    expect(await actions('actor_kind=user&action=webhook_endpoint.*')).toHaveLength(3);
    expect(await actions('actor_kind=api_key')).toEqual([]);
    expect(await actions('action=webhook.*')).toEqual([]);
    const [deleted] = await list('action=webhook_endpoint.deleted');
    expect(await actions(`since=${deleted?.occurred_at ?? ''}`)).toEqual(['webhook_endpoint.deleted']);
    expect(await actions(`until=${deleted?.occurred_at ?? ''}&action=webhook_endpoint.*`)).toHaveLength(2);
  });

  it('200: by cursor every entry is shown once, while new ones are written', async () => {
    for (let n = 0; n < 5; n += 1) await createHook();
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer = await viewer.get(
        `${PATH}?per_page=2&action=webhook_endpoint.created${cursor && `&cursor=${cursor}`}`,
      );
      const { data, meta } = answer.body as { data: AuditEntryView[]; meta: { next_cursor: string | null } };
      seen.push(...data.map(({ sequence }) => sequence));
      cursor = meta.next_cursor;
      if (seen.length === 2) await createHook();
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
  });

  it('shows a link what concerns its mode alone, and only where it may look', async () => {
    const open = async (abilities: string[]) => {
      const link = await tenant.post('/api/v1/portal-links').send({ abilities, mode: 'test' });
      const token = (link.body as { data: { url: string } }).data.url.split('#')[1];
      return personOf(api.http, '', await api.http.post('/settings/api/session/open-link').send({ token }));
    };
    await createHook();
    const admin = (await api.signIn(tenant, 'admin')).choosing({ mode: 'test' });
    await admin.post('/settings/api/webhooks').send({ url: 'https://a.example/', event_types: ['*'] });
    const reader = await open(['view', 'audit:read']);
    expect((await list('action=webhook_endpoint.*', reader)).map(({ mode }) => mode)).toEqual(['test']);
    expect((await list('per_page=100', reader)).filter(({ mode }) => mode !== 'test')).toEqual([]);
    expectError(await (await open(['view'])).get(PATH), 'forbidden');
  });

  it('shows nothing of other tenants', async () => {
    const other = await api.createTenant();
    const stranger = await api.signIn(other, 'owner');
    await createHook();
    expect((await list('per_page=100', stranger)).map(({ action }) => action)).not.toContain(
      'webhook_endpoint.created',
    );
    expectError(await stranger.choosing({ tenant: tenant.id }).get(PATH), 'not_found');
  });

  it('401: not without a session; 422: what is no filter', async () => {
    expectError(await api.http.get(PATH).set('Accept', 'application/json'), 'unauthorized');
    expectInvalid(
      await viewer.get(`${PATH}?actor_kind=robot&action=all&target_id=1&since=today`),
      'actor_kind',
      'action',
      'target_id',
      'since',
    );
    expectInvalid(await viewer.get(`${PATH}?tenant=1`), 'tenant');
    expectInvalid(await viewer.get(`${PATH}.csv?per_page=5`), 'per_page');
  });

  it('is whole after all that people, keys and the platform have done at once', async () => {
    const byPerson = () =>
      developer.post('/settings/api/webhooks').send({ url: 'https://a.example/', event_types: ['*'] });
    const byKey = () =>
      tenant.post('/api/v1/webhook-endpoints').send({ url: 'https://b.example/', event_types: ['*'] });
    const byPlatform = () => api.platform.post('/platform/v1/keys').send({ tenant_id: tenant.id, name: 'k' });
    const acts = Array.from({ length: 10 }, () => [byPerson, byKey, byPlatform]).flat();
    const answers = await Promise.all(acts.map((act) => act()));
    expect(answers.map(({ status }) => status)).toEqual(acts.map(() => 201));
    const chain = await verifyAuditChain(api.database, tenant.uuid);
    expect(chain.broken).toBeNull();
    expect(chain.entries).toBeGreaterThanOrEqual(31);
  });
});

describe('the export', () => {
  const load = (query = '', who = viewer) => who.get(`${PATH}.csv?${query}`);

  it('200: is a file with all entries that fit, not a page of them', async () => {
    await api.database.query({
      text: `
        INSERT INTO audit_log (id, tenant_id, actor_kind, action, target_kind)
        SELECT gen_random_uuid(), $1, 'system', 'a.filler', 'tenant' FROM generate_series(1, 1200)`,
      values: [tenant.uuid],
    });
    const answer = await load('action=a.filler');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="audit-log-[\d-]+\.csv"$/);
    const lines = answer.text.split('\r\n');
    expect(lines[0]).toBe(
      'sequence,occurred_at,actor_kind,actor_id,actor_name,ip,action,target_kind,target_id,mode,before,after,request_id,id,hash',
    );
    expect(lines).toHaveLength(1 + 1_200 + 1);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('200: quotes what needs it, and lets no spreadsheet run what people have typed', async () => {
    const name = '=HYPERLINK("http://evil.example","a"),b';
    await api.platform.post('/platform/v1/keys').send({ tenant_id: tenant.id, name });
    const key = (await developer.post('/settings/api/keys').send({ name: '@SUM(1)', mode: 'test' })).body.data as {
      key: string;
    };
    const caller = await api.createKey(tenant);
    await api.database.query({
      text: 'UPDATE api_keys SET name = $2 WHERE id = $1',
      values: [uuidOf('apiKey', caller.keyId), name],
    });
    await caller.post('/api/v1/replays').send({});
    const text = (await load()).text;
    expect(text).toContain(`,"'=HYPERLINK(""http://evil.example"",""a""),b (...`);
    expect(text).not.toMatch(/(^|,)"?[=@+]/m);
    expect(text).not.toContain(key.key);
    // The JSON of what changed is one field, whatever it holds.
    expect(text).toContain('"{""name"":""@SUM(1)""');
  });

  it('403: only who may read the log', async () => {
    expectError(await api.http.get(`${PATH}.csv`).set('Accept', 'application/json'), 'unauthorized');
    const answer = await load(`target_id=${toPublicId('tenant', newUuid())}`);
    expect(answer.text.split('\r\n')).toHaveLength(2);
  });
});
