import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../../testing/actors.js';
import { expectError, expectInvalid } from '../../testing/answers.js';
import { auditOf, cookiesOf, personOf, type Person } from '../../testing/people.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi({ publicUrl: 'https://api.kaivox.example' });
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const create = (body: object = {}, key = tenant) => key.post('/api/v1/portal-links').send(body);
const open = (token: string, on = api) => on.http.post('/settings/api/session/open-link').send({ token });
const tokenIn = (answer: { body: { data: { url: string } } }) => new URL(answer.body.data.url).hash.slice(1);

async function visitor(body: object = {}): Promise<Person> {
  return personOf(api.http, '', await open(tokenIn(await create(body))));
}

describe('POST /api/v1/portal-links', () => {
  it('gives a link that opens within 5 minutes, its token where no server sees it', async () => {
    const answer = await create();
    expect(answer.status).toBe(201);
    expect(answer.body.data).toEqual({
      id: expect.stringMatching(/^plk_/),
      url: expect.stringMatching(/^https:\/\/api\.kaivox\.example\/settings\/api\/open#[\w-]{43}$/),
      open_until: expect.stringMatching(/Z$/),
      abilities: ['view', 'webhooks:manage'],
      mode: 'live',
    });
    expect((Date.parse(answer.body.data.open_until) - Date.now()) / 60_000).toBeCloseTo(5, 0);
  });

  it('needs the scope webhooks:manage', async () => {
    expectError(await create({}, await api.createKey(tenant, { scopes: ['webhooks:read'] })), 'insufficient_scope');
    expect((await create({}, await api.createKey(tenant, { scopes: ['webhooks:manage'] }))).status).toBe(201);
  });

  it.each(['people:manage', 'keys:manage_live', 'everything'])('never gives %s', async (ability) => {
    expectInvalid(await create({ abilities: ['view', ability] }), 'abilities.1');
  });

  it('never gives more than the key has', async () => {
    const narrow = await api.createKey(tenant, { scopes: ['webhooks:manage', 'events:read'] });
    for (const ability of ['keys:manage_test', 'audit:read']) {
      expectError(await create({ abilities: [ability] }, narrow), 'insufficient_scope');
      expect((await create({ abilities: [ability] })).status).toBe(201);
    }
    const test = await api.createKey(tenant, { mode: 'test' });
    expectError(await create({ mode: 'live' }, test), 'insufficient_scope');
    expect((await create({}, test)).body.data.mode).toBe('test');
  });

  it('answers the same link again to the same Idempotency-Key', async () => {
    const twice = await Promise.all([1, 2].map(() => create().set('Idempotency-Key', 'link-1')));
    const [first, second] = twice.some(({ status }) => status === 409)
      ? [await create().set('Idempotency-Key', 'link-1'), await create().set('Idempotency-Key', 'link-1')]
      : twice;
    expect(first?.body).toEqual(second?.body);
  });
});

describe('opening a link', () => {
  it('shows the tenant, and nothing but what the link is for', async () => {
    const person = await visitor();
    const { data } = (await person.get('/settings/api/session')).body;
    expect(data).toMatchObject({
      kind: 'portal_link',
      user: null,
      tenants: [{ id: tenant.id, name: 'Dental Studio', role: null, abilities: ['view', 'webhooks:manage'] }],
      default_mode: 'live',
    });
    const endpoint = { url: 'https://receiver.example/', event_types: ['*'] };
    expect((await person.post('/settings/api/webhooks').send(endpoint)).status).toBe(201);
    const invitation = { email: 'grace@example.com', role: 'owner' };
    const refused = await person.post('/settings/api/people/invitations').send(invitation);
    expect(expectError(refused, 'forbidden').message).toBe('This link does not allow this.');
    expectError(
      await (await visitor({ abilities: ['view'] })).post('/settings/api/webhooks').send(endpoint),
      'forbidden',
    );
  });

  it('works once, also where two open it in one moment', async () => {
    const token = tokenIn(await create());
    const answers = await Promise.all([open(token), open(token), open(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it('works for 5 minutes, and not with a token that nobody gave', async () => {
    const token = tokenIn(await create());
    await api.database.query({ text: `UPDATE portal_links SET open_until = now()`, values: [] });
    expectError(await open(token), 'unauthorized');
    expectError(await open('nonsense'), 'unauthorized');
  });

  it('is good for an hour, refreshed or not', async () => {
    const answer = await open(tokenIn(await create()));
    const { session_expires_at } = answer.body.data;
    expect((Date.parse(session_expires_at) - Date.now()) / 60_000).toBeCloseTo(60, 0);
    const refreshed = await personOf(api.http, '', answer).post('/settings/api/session/refresh');
    expect(refreshed.body.data.session_expires_at).toBe(session_expires_at);
  });

  it('shows its own tenant and mode only', async () => {
    const person = await visitor({ mode: 'test' });
    const other = await api.createTenant();
    expect((await person.get('/settings/api/webhooks')).body.data).toEqual([]);
    expectError(await person.choosing({ tenant: other.id }).get('/settings/api/webhooks'), 'not_found');
    expectError(await person.choosing({ mode: 'live' }).get('/settings/api/webhooks'), 'forbidden');
  });

  it('has no password to change', async () => {
    const person = await visitor();
    const change = { current_password: 'x', new_password: 'a fresh long password' };
    expectError(await person.post('/settings/api/session/password').send(change), 'forbidden');
  });
});

describe('the audit log', () => {
  it('tells who made a link, that it was opened, and what was done through it, without the token', async () => {
    const own = await api.createTenant();
    const answer = await create({}, own);
    const person = personOf(api.http, '', await open(tokenIn(answer)));
    await person.post('/settings/api/webhooks').send({ url: 'https://receiver.example/', event_types: ['*'] });
    const entries = await auditOf(api.database, own);
    expect(entries.slice(-3).map(({ action, actor_kind }) => [action, actor_kind])).toEqual([
      ['portal_link.created', 'api_key'],
      ['portal_link.opened', 'portal_link'],
      ['webhook_endpoint.created', 'portal_link'],
    ]);
    expect(JSON.stringify(entries) + api.logLines.join('')).not.toContain(tokenIn(answer));
  });
});

describe('in another site’s frame', () => {
  it('the cookies of a link are the frame’s own; those of people stay first-party', async () => {
    const framed = await startTestApi({ frameAncestors: ['https://app.kaivox.example'] });
    try {
      const embedding = await framed.createTenant();
      const kept = (answer: Parameters<typeof cookiesOf>[0]) => cookiesOf(answer).filter(({ value }) => value !== '');
      const byLink = kept(await open(tokenIn(await create({}, embedding)), framed));
      expect(byLink).toHaveLength(2);
      for (const cookie of byLink) {
        expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'none', secure: true, partitioned: true });
      }
      const { email } = await framed.createUser();
      const credentials = { email, password: 'correct horse battery staple' };
      const byPassword = kept(await framed.http.post('/settings/api/session').send(credentials));
      expect(byPassword.map(({ sameSite, partitioned }) => [sameSite, partitioned])).toEqual([
        ['lax', undefined],
        ['lax', undefined],
      ]);
    } finally {
      await framed.close();
    }
  });
});
