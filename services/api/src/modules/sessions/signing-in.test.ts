import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { abilitiesOf, newUuid, toPublicId } from '@switchboard/shared';
import type { Tenant } from '../../testing/actors.js';
import { expectError, expectInvalid, withoutRequestId } from '../../testing/answers.js';
import { COOKIE_NAMES } from '../../portal/cookies.js';
import { anEmail, auditOf, cookiesOf, PASSWORD } from '../../testing/people.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant({ name: 'Dental Studio' });
});
afterAll(() => api.close());

const signIn = (email: string, password: string) => api.http.post('/settings/api/session').send({ email, password });

describe('POST /settings/api/session', () => {
  it('tells the page who they are, where they may go and what they may do there', async () => {
    const person = await api.signIn(tenant, 'developer');
    const { body } = await person.get('/settings/api/session');
    expect(body).toEqual({
      success: true,
      data: {
        kind: 'user',
        user: { id: person.id, email: person.email, name: 'Ada', is_super_admin: false },
        tenants: [{ id: tenant.id, name: 'Dental Studio', role: 'developer', abilities: abilitiesOf('developer') }],
        csrf_token: person.csrfToken,
        access_expires_at: expect.stringMatching(/Z$/),
        session_expires_at: expect.stringMatching(/Z$/),
        brand: 'Switchboard',
        api_key_prefix: 'sb',
        header_names: {
          signature: 'X-Switchboard-Signature',
          event: 'X-Switchboard-Event',
          delivery: 'X-Switchboard-Delivery',
          attempt: 'X-Switchboard-Attempt',
        },
        emails_are_sent: false,
        default_mode: 'live',
      },
    });
  });

  it('gives an access token of 15 minutes and a session of 30 days', async () => {
    const { email } = await api.createUser();
    const before = Date.now();
    const { access_expires_at, session_expires_at } = (await signIn(email, PASSWORD)).body.data;
    const minutes = (time: string) => (Date.parse(time) - before) / 60_000;
    expect(minutes(access_expires_at)).toBeCloseTo(15, 0);
    expect(minutes(session_expires_at)).toBeCloseTo(30 * 24 * 60, 0);
  });

  it('sets cookies that no script reads and no other site sends, the refresh token for its own routes only', async () => {
    const { email } = await api.createUser();
    const common = { httpOnly: true, sameSite: 'lax', value: expect.stringMatching(/./) };
    const cookies = cookiesOf(await signIn(email, PASSWORD));
    expect(cookies).toEqual([
      expect.objectContaining({ ...common, name: COOKIE_NAMES.access, path: '/settings/api' }),
      expect.objectContaining({ ...common, name: COOKIE_NAMES.refresh, path: '/settings/api/session' }),
    ]);
    expect(cookies.some(({ secure }) => secure)).toBe(false);
  });

  it('sets Secure cookies where the request came by HTTPS', async () => {
    const { email } = await api.createUser();
    const cookies = cookiesOf(await signIn(email, PASSWORD).set('X-Forwarded-Proto', 'https'));
    expect(cookies.map(({ secure }) => secure)).toEqual([true, true]);
  });

  it('takes the e-mail address in any case', async () => {
    const { email } = await api.createUser();
    expect((await signIn(email.toUpperCase(), PASSWORD)).status).toBe(200);
  });

  it('says the same of a wrong password and of an address that nobody has', async () => {
    const { email } = await api.createUser();
    const [wrong, unknown] = [await signIn(email, 'not the password'), await signIn(anEmail(), PASSWORD)];
    expectError(wrong, 'unauthorized');
    expect(withoutRequestId(unknown.text)).toBe(withoutRequestId(wrong.text));
    expect(cookiesOf(unknown)).toEqual([]);
  });

  it('refuses what is no sign-in, field by field', async () => {
    expectInvalid(
      await api.http.post('/settings/api/session').send({ email: 'ada', role: 'owner' }),
      'email',
      'password',
      'role',
    );
  });

  it('is in the audit log of every tenant that they belong to, and when they were last here in the list of people', async () => {
    const other = await api.createTenant();
    const owner = await api.signIn(other, 'owner');
    const { uuid, email } = await api.createUser();
    await api.addMember(tenant, uuid, 'viewer');
    await api.addMember(other, uuid, 'viewer');
    await api.enter(email);
    for (const each of [tenant, other]) {
      expect(await auditOf(api.database, each)).toContainEqual(
        expect.objectContaining({ action: 'user.signed_in', actor_kind: 'user', actor_id: uuid, target_id: uuid }),
      );
    }
    const { members } = (await owner.get('/settings/api/people')).body.data;
    expect(members).toContainEqual(expect.objectContaining({ email, last_sign_in_at: expect.stringMatching(/Z$/) }));
  });
});

describe('without a session', () => {
  it.each(['session', 'webhooks', 'people', 'deliveries', 'tenants'])('GET /settings/api/%s is 401', async (path) => {
    expectError(await api.http.get(`/settings/api/${path}`).set('Accept', 'application/json'), 'unauthorized');
  });

  it('an API key opens nothing here', async () => {
    expectError(await tenant.get('/settings/api/webhooks').set('Accept', 'application/json'), 'unauthorized');
  });

  it('a session opens nothing of the public API', async () => {
    const person = await api.signIn(tenant, 'owner');
    expectError(await person.get('/api/v1/events'), 'unauthorized');
  });

  it('every answer carries the rate limit’s headers and is kept by no cache', async () => {
    const { headers } = await api.http.get('/settings/api/session').set('Accept', 'application/json');
    expect(headers).toMatchObject({ 'x-ratelimit-limit': expect.any(String), 'cache-control': 'no-store' });
  });
});

describe('DELETE /settings/api/session', () => {
  it('ends the session for good, also for whoever kept the cookies', async () => {
    const person = await api.signIn(tenant, 'viewer');
    const answer = await person.delete('/settings/api/session');
    expect(answer.body).toEqual({ success: true, data: { signed_out: true } });
    expect(cookiesOf(answer).map(({ name, value, maxAge }) => ({ name, value, maxAge }))).toEqual([
      { name: COOKIE_NAMES.access, value: '', maxAge: 0 },
      { name: COOKIE_NAMES.refresh, value: '', maxAge: 0 },
    ]);
    expectError(await person.get('/settings/api/session'), 'unauthorized');
    expectError(await person.post('/settings/api/session/refresh'), 'unauthorized');
  });

  it('works with an access token that has run out', async () => {
    const person = await api.signIn(tenant, 'viewer');
    const refreshOnly = person.cookies.split('; ').filter((cookie) => cookie.startsWith('switchboard_refresh'));
    expect((await person.delete('/settings/api/session').set('Cookie', refreshOnly)).status).toBe(200);
    expectError(await person.get('/settings/api/session'), 'unauthorized');
  });
});

describe('the tenant that somebody chooses', () => {
  it('is their only one where they say nothing', async () => {
    const person = await api.enter((await api.signIn(tenant, 'viewer')).email);
    await tenant.post('/api/v1/webhook-endpoints').send({ url: 'https://one.example/', event_types: ['*'] });
    const { body } = await person.get('/settings/api/webhooks');
    expect(body.data).toEqual([expect.objectContaining({ url: 'https://one.example/' })]);
  });

  it('must be one of theirs: another tenant answers what one that does not exist answers', async () => {
    const other = await api.createTenant();
    const person = await api.signIn(tenant, 'owner');
    const answers = await Promise.all(
      [other.id, toPublicId('tenant', newUuid()), 'ten_nonsense'].map((id) =>
        person.choosing({ tenant: id }).get('/settings/api/webhooks'),
      ),
    );
    for (const answer of answers) expectError(answer, 'not_found');
    expect(new Set(answers.map(({ text }) => withoutRequestId(text))).size).toBe(1);
  });

  it('keeps modes apart', async () => {
    const own = await api.createTenant();
    const person = await api.signIn(own, 'owner');
    const endpoint = { url: 'https://test.example/', event_types: ['*'] };
    expect((await person.choosing({ mode: 'test' }).post('/settings/api/webhooks').send(endpoint)).status).toBe(201);
    expect((await person.get('/settings/api/webhooks')).body.data).toEqual([]);
    expect((await person.choosing({ mode: 'test' }).get('/settings/api/webhooks')).body.data).toHaveLength(1);
    expectError(await person.get('/settings/api/webhooks').set('X-Mode', 'prod'), 'bad_request');
  });

  it('may stand in the query of what is only read, for streams and downloads', async () => {
    const person = await api.enter((await api.signIn(tenant, 'viewer')).email);
    const query = `tenant_id=${tenant.id}&mode=test`;
    expect((await person.get(`/settings/api/webhooks?${query}`)).body.data).toEqual([]);
    const foreign = (await api.createTenant()).id;
    expectError(await person.get(`/settings/api/webhooks?tenant_id=${foreign}`), 'not_found');
  });

  it('is any tenant for a super admin, who finds them by name', async () => {
    const admin = await api.createUser({ superAdmin: true });
    const other = await api.createTenant({ name: 'Zahnarzt am Ring' });
    const person = await api.enter(admin.email, { tenant: other.id });
    expect((await person.get('/settings/api/people')).status).toBe(200);
    const found = (await person.get('/settings/api/tenants?search=AM%20ring')).body.data;
    expect(found).toEqual([{ id: other.id, name: 'Zahnarzt am Ring', role: null, abilities: abilitiesOf('owner') }]);
  });

  it('is searched among one’s own by everybody else', async () => {
    const person = await api.signIn(tenant, 'viewer');
    await api.createTenant({ name: 'Dental Rivals' });
    const found = (await person.get('/settings/api/tenants?search=dental')).body.data;
    expect(found).toEqual([expect.objectContaining({ id: tenant.id })]);
  });

  it('is none for somebody who belongs nowhere: they are told whom to ask', async () => {
    const { email } = await api.createUser();
    const person = await api.enter(email);
    expect((await person.get('/settings/api/session')).body.data.tenants).toEqual([]);
    expect(expectError(await person.get('/settings/api/webhooks'), 'forbidden').message).toContain('invitation');
  });
});

describe('POST /settings/api/session/password', () => {
  const change = (current_password: string, new_password: string) => ({ current_password, new_password });
  const path = '/settings/api/session/password';

  it('ends every other session of the person and keeps this one', async () => {
    const here = await api.signIn(tenant, 'viewer');
    const elsewhere = await api.enter(here.email, { tenant: tenant.id });
    expect((await here.post(path).send(change(PASSWORD, 'a fresh long password'))).body.data).toEqual({
      changed: true,
    });
    expect((await here.get('/settings/api/session')).status).toBe(200);
    expectError(await elsewhere.get('/settings/api/session'), 'unauthorized');
    expectError(await elsewhere.post('/settings/api/session/refresh'), 'unauthorized');
    expectError(await signIn(here.email, PASSWORD), 'unauthorized');
    expect((await signIn(here.email, 'a fresh long password')).status).toBe(200);
  });

  it('refuses a wrong current password and a bad new one, each by its field', async () => {
    const person = await api.signIn(tenant, 'viewer');
    expectInvalid(await person.post(path).send(change('wrong', 'a fresh long password')), 'current_password');
    expectInvalid(await person.post(path).send(change(PASSWORD, 'short')), 'new_password');
    expect((await signIn(person.email, PASSWORD)).status).toBe(200);
  });
});
