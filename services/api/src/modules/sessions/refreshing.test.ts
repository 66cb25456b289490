import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../../testing/actors.js';
import { expectError } from '../../testing/answers.js';
import { auditOf, personOf, type Person } from '../../testing/people.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const refresh = (person: Person) => person.post('/settings/api/session/refresh');

/** The person's browser after a refresh. */
async function refreshed(person: Person): Promise<Person> {
  return personOf(api.http, person.email, await refresh(person), { tenant: tenant.id });
}

/** As if this much time had passed since the last refresh. */
async function passTime(person: Person, interval: string): Promise<void> {
  await api.database.query({
    text: `UPDATE portal_sessions SET rotated_at = rotated_at - $2::interval WHERE id = $1::uuid`,
    values: [sessionIdOf(person), interval],
  });
}

const sessionIdOf = ({ cookies }: Person) => /switchboard_refresh=([^.;]+)\./.exec(cookies)?.[1];

describe('POST /settings/api/session/refresh', () => {
  it('gives new tokens each time, and the session goes on', async () => {
    const first = await api.signIn(tenant, 'viewer');
    const second = await refreshed(first);
    const third = await refreshed(second);
    expect(new Set([first.cookies, second.cookies, third.cookies]).size).toBe(3);
    expect((await third.get('/settings/api/webhooks')).status).toBe(200);
    // The page goes on with the CSRF token that it has.
    expect(third.csrfToken).toBe(first.csrfToken);
  });

  it('lets two tabs refresh in one moment: both stay in, and the browser keeps the one new token', async () => {
    const person = await api.signIn(tenant, 'viewer');
    const answers = await Promise.all([refresh(person), refresh(person), refresh(person)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const renewed = answers.filter((answer) => String(answer.headers['set-cookie']).includes('switchboard_refresh='));
    expect(renewed).toHaveLength(1);
    const next = personOf(api.http, person.email, renewed[0] as (typeof answers)[number]);
    expect((await refresh(next)).status).toBe(200);
  });

  it('ends the session for everybody where an old token comes again: it was stolen, from whom is not to be known', async () => {
    const thief = await api.signIn(tenant, 'viewer');
    const person = await refreshed(thief);
    await passTime(person, '11 seconds');
    expectError(await refresh(thief), 'unauthorized');
    expectError(await refresh(person), 'unauthorized');
    expectError(await person.get('/settings/api/webhooks'), 'unauthorized');
    expect((await auditOf(api.database, tenant)).map(({ action }) => action)).toContain('session.reuse_detected');
  });

  it('also where the old token is several turns old, within the moment that tabs are given', async () => {
    const thief = await api.signIn(tenant, 'viewer');
    const person = await refreshed(await refreshed(thief));
    expectError(await refresh(thief), 'unauthorized');
    expectError(await refresh(person), 'unauthorized');
  });

  it('writes no token into the audit log or the log', async () => {
    const person = await api.signIn(tenant, 'viewer');
    const next = await refreshed(person);
    const secrets = [person, next].flatMap(({ cookies }) => cookies.split('; ').map((cookie) => cookie.split('=')[1]));
    const written = JSON.stringify(await auditOf(api.database, tenant)) + api.logLines.join('');
    for (const secret of secrets) expect(written).not.toContain(secret);
  });

  it('ends with the session, however often it was refreshed', async () => {
    const person = await refreshed(await api.signIn(tenant, 'viewer'));
    await api.database.query({
      text: 'UPDATE portal_sessions SET expires_at = now() WHERE id = $1::uuid',
      values: [sessionIdOf(person)],
    });
    expectError(await person.get('/settings/api/webhooks'), 'unauthorized');
    expectError(await refresh(person), 'unauthorized');
  });

  it.each([[''], ['nonsense'], ['019312a4-8b00-7a3c-9f21-3d5e8c1b7f60.nonsense'], ['a.b.c']])(
    'is 401 with the token "%s"',
    async (token) => {
      const answer = await api.http.post('/settings/api/session/refresh').set('Cookie', `switchboard_refresh=${token}`);
      expectError(answer, 'unauthorized');
    },
  );

  it('keeps no token in the database, only its hash', async () => {
    const person = await api.signIn(tenant, 'viewer');
    const secret = /switchboard_refresh=[^.;]+\.([^;]+)/.exec(person.cookies)?.[1] ?? '';
    const [row] = await api.database.query<{ row: string }>({
      text: `SELECT s::text AS row FROM portal_sessions s WHERE id = $1::uuid`,
      values: [sessionIdOf(person)],
    });
    expect(secret).toHaveLength(43);
    expect(row?.row).toContain('\\x');
    expect(row?.row).not.toContain(secret);
    expect(row?.row).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  });
});
