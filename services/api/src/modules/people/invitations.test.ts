import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import type { Tenant } from '../../testing/actors.js';
import { expectError, expectInvalid } from '../../testing/answers.js';
import { anEmail, auditOf, PASSWORD, personOf, type Person } from '../../testing/people.js';
import { meetAtLock } from '../../testing/locks.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;
let owner: Person;

beforeAll(async () => {
  api = await startTestApi({ publicUrl: 'https://api.kaivox.example' });
  tenant = await api.createTenant({ name: 'Dental Studio' });
  owner = await api.signIn(tenant, 'owner');
});
afterAll(() => api.close());

interface Invited {
  id: string;
  email: string;
  token: string;
}

async function invite(email = anEmail(), role = 'developer'): Promise<Invited> {
  const answer = await owner.post('/settings/api/people/invitations').send({ email, role });
  const { id, link } = (answer.body as { data: { id: string; link: string } }).data;
  return { id, email, token: new URL(link).hash.slice(1) };
}

const show = (token: string) => api.http.post('/settings/api/invitations/show').send({ token });
const accept = (body: object) => api.http.post('/settings/api/invitations/accept').send(body);
const NEW_PASSWORD = 'a password of my own';

describe('inviting somebody', () => {
  it('without a mail server answers a link to pass on, whose token no server sees in a URL', async () => {
    const email = anEmail();
    const answer = await owner
      .post('/settings/api/people/invitations')
      .send({ email: email.toUpperCase(), role: 'admin' });
    expect(answer.status).toBe(201);
    expect(answer.body.data).toEqual({
      id: expect.stringMatching(/^inv_/),
      email,
      role: 'admin',
      expires_at: expect.stringMatching(/Z$/),
      emailed: false,
      link: expect.stringMatching(/^https:\/\/api\.kaivox\.example\/settings\/api\/invitation#[\w-]{43}$/),
    });
    const days = (Date.parse(answer.body.data.expires_at) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 1);
    const { invitations } = (await owner.get('/settings/api/people')).body.data;
    expect(invitations).toContainEqual(expect.objectContaining({ email, role: 'admin', invited_by: owner.email }));
    expect(JSON.stringify(invitations)).not.toContain(new URL(answer.body.data.link).hash.slice(1));
  });

  it('is for owners alone', async () => {
    const admin = await api.signIn(tenant, 'admin');
    expectError(
      await admin.post('/settings/api/people/invitations').send({ email: anEmail(), role: 'viewer' }),
      'forbidden',
    );
  });

  it('is refused for who is a member already, and for what is no address or role', async () => {
    const path = '/settings/api/people/invitations';
    expectError(await owner.post(path).send({ email: owner.email, role: 'viewer' }), 'conflict');
    expectInvalid(await owner.post(path).send({ email: 'ada', role: 'king' }), 'email', 'role');
  });

  it('again makes the first link worthless', async () => {
    const first = await invite();
    const second = await invite(first.email);
    expectError(await show(first.token), 'not_found');
    expect((await show(second.token)).status).toBe(200);
    const { invitations } = (await owner.get('/settings/api/people')).body.data as { invitations: { email: string }[] };
    expect(invitations.filter(({ email }) => email === first.email)).toHaveLength(1);
  });
});

describe('inviting the same person many times at once', () => {
  it('makes one invitation; the others are refused in words and leave nothing behind', async () => {
    const email = anEmail();
    const calls = Array.from(
      { length: 5 },
      () => () => owner.post('/settings/api/people/invitations').send({ email, role: 'viewer' }),
    );
    // An invitation that is not committed: each of them looks, sees none, and waits to add its own.
    const answers = await meetAtLock(
      api.database,
      (transaction) => {
        const text = `
          INSERT INTO invitations (id, tenant_id, email, role, token_hash, expires_at)
          VALUES ($1, $2, $3, 'viewer', $4, now())`;
        return transaction.query({ text, values: [newUuid(), tenant.uuid, email, Buffer.from(email)] });
      },
      calls,
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    for (const answer of answers.filter(({ status }) => status === 409)) {
      expect(expectError(answer, 'conflict').message).toContain('a moment ago');
    }
    const { invitations } = (await owner.get('/settings/api/people')).body.data as { invitations: { email: string }[] };
    expect(invitations.filter((invitation) => invitation.email === email)).toHaveLength(1);
    const invited = (await auditOf(api.database, tenant)).filter(({ action }) => action === 'person.invited');
    expect(invited.filter(({ after }) => (after as { email: string }).email === email)).toHaveLength(1);
  });
});

describe('an invitation', () => {
  it('tells who holds its link what it is for', async () => {
    const { email, token } = await invite(anEmail(), 'viewer');
    expect((await show(token)).body.data).toEqual({
      email,
      tenant_name: 'Dental Studio',
      role: 'viewer',
      expires_at: expect.stringMatching(/Z$/),
      has_account: false,
    });
  });

  it('makes an account, a member, and signs them in', async () => {
    const { email, token } = await invite();
    const answer = await accept({ token, name: 'Grace', password: NEW_PASSWORD });
    expect(answer.body.data).toMatchObject({
      user: { email, name: 'Grace', is_super_admin: false },
      tenants: [{ id: tenant.id, role: 'developer' }],
    });
    const grace = personOf(api.http, email, answer);
    expect((await grace.get('/settings/api/webhooks')).status).toBe(200);
    expect((await api.enter(email, { password: NEW_PASSWORD })).id).toBe(grace.id);
  });

  it('works once', async () => {
    const { token } = await invite();
    const answers = await Promise.all([1, 2, 3].map(() => accept({ token, name: 'Grace', password: NEW_PASSWORD })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers) expect([200, 404, 409]).toContain(answer.status);
    expectError(await accept({ token, name: 'Grace', password: NEW_PASSWORD }), 'not_found');
  });

  it('adds a tenant to somebody who has an account, and asks for its password', async () => {
    const other = await api.createTenant();
    const person = await api.signIn(other, 'owner');
    const { token } = await invite(person.email, 'viewer');
    expect((await show(token)).body.data.has_account).toBe(true);
    expectError(await accept({ token, password: 'not their password' }), 'unauthorized');
    const answer = await accept({ token, password: PASSWORD });
    expect(answer.body.data.user).toMatchObject({ id: person.id, name: 'Ada' });
    const { tenants } = (answer.body as { data: { tenants: { role: string }[] } }).data;
    expect(tenants.map(({ role }) => role).sort()).toEqual(['owner', 'viewer']);
  });

  it('needs a name and a good password for a new account', async () => {
    const { token } = await invite();
    expectInvalid(await accept({ token, password: NEW_PASSWORD }), 'name');
    expectInvalid(await accept({ token, name: 'Grace', password: 'password' }), 'password');
  });

  it('is worthless after 7 days, when it was withdrawn, and when nobody sent it', async () => {
    const old = await invite();
    await api.database.query({
      text: 'UPDATE invitations SET expires_at = now() WHERE email = $1',
      values: [old.email],
    });
    const withdrawn = await invite();
    const path = `/settings/api/people/invitations/${withdrawn.id}`;
    expect((await owner.delete(path)).body.data).toEqual({ id: withdrawn.id, withdrawn: true });
    expectError(await owner.delete(path), 'not_found');
    for (const token of [old.token, withdrawn.token, 'nonsense']) {
      expectError(await show(token), 'not_found');
      expectError(await accept({ token, name: 'Grace', password: NEW_PASSWORD }), 'not_found');
    }
  });

  it('is withdrawn by its own tenant only', async () => {
    const { id, token } = await invite();
    const stranger = await api.signIn(await api.createTenant(), 'owner');
    expectError(await stranger.delete(`/settings/api/people/invitations/${id}`), 'not_found');
    expect((await show(token)).status).toBe(200);
  });
});

describe('the audit log', () => {
  it('tells of invitations and who joined, without a token', async () => {
    const { email, token } = await invite();
    await owner.delete(`/settings/api/people/invitations/${(await invite()).id}`);
    await accept({ token, name: 'Grace', password: NEW_PASSWORD });
    const entries = await auditOf(api.database, tenant);
    for (const action of ['person.invited', 'invitation.withdrawn', 'person.joined', 'user.signed_in']) {
      expect(entries.map((entry) => entry.action)).toContain(action);
    }
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'person.joined', after: { email, role: 'developer' } }),
    );
    expect(JSON.stringify(entries) + api.logLines.join('')).not.toContain(token);
  });
});
