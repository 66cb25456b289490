import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import type { Tenant } from '../testing/actors.js';
import { expectError } from '../testing/answers.js';
import { anEmail, auditOf, PASSWORD } from '../testing/people.js';
import { killStartedProcesses, runCli } from '../testing/processes.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

const cli = (words: string[], input?: string) => runCli(words, { DATABASE_URL: api.databaseUrl }, input);
const create = (email: string, ...more: string[]) => cli(['users', 'create', '--email', email, '--json', ...more]);
const passwordIn = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { password: string }).password;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(async () => {
  await killStartedProcesses();
  await api.close();
});

describe('users create', () => {
  it('makes somebody who can sign in with the password that is shown once', async () => {
    const email = anEmail();
    const { code, stdout } = await cli(['users', 'create', '--email', email, '--tenant', tenant.id, '--role', 'admin']);
    expect(code).toBe(0);
    const [sentence, , password = '', , hint] = stdout.split('\n');
    expect(sentence).toMatch(new RegExp(`^User usr_\\w{26} \\(${email}\\) can sign in\\.$`));
    expect(hint).toBe('This password is shown once; keep it now.');
    const person = await api.enter(email, { password });
    expect((await person.get('/settings/api/session')).body.data.tenants).toMatchObject([
      { id: tenant.id, role: 'admin' },
    ]);
    expect(await auditOf(api.database, tenant)).toContainEqual(
      expect.objectContaining({ action: 'person.joined', actor_kind: 'platform', after: { email, role: 'admin' } }),
    );
  });

  it('--password-stdin takes the password from standard input and shows none', async () => {
    const email = anEmail();
    const words = ['users', 'create', '--email', email, '--tenant', tenant.id, '--password-stdin', '--json'];
    const { code, stdout } = await cli(words, `${PASSWORD}\n`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).not.toHaveProperty('password');
    expect((await api.enter(email)).email).toBe(email);
    const bad = await cli(
      ['users', 'create', '--email', anEmail(), '--tenant', tenant.id, '--password-stdin'],
      'short\n',
    );
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining('password: must have at least 10') });
  });

  it('--super-admin makes somebody who enters every tenant', async () => {
    const email = anEmail();
    const password = passwordIn(await create(email, '--super-admin'));
    const person = await api.enter(email, { tenant: (await api.createTenant()).id, password });
    expect((await person.get('/settings/api/people')).status).toBe(200);
  });

  it.each([
    ['no tenant', ['--email', 'a@example.com'], 'tenant: name one, or say --super-admin'],
    ['no address', ['--email', 'ada', '--super-admin'], 'email: must be an e-mail address'],
    [
      'a tenant that does not exist',
      ['--email', 'b@example.com', '--tenant', toPublicId('tenant', newUuid())],
      'tenant: there is no tenant with this id',
    ],
  ])('with %s: exit code 1 and the reason', async (_what, words, reason) => {
    const { code, stderr } = await cli(['users', 'create', ...words]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) });
  });

  it('refuses an address that somebody has', async () => {
    const { email } = await api.createUser();
    expect(await create(email.toUpperCase(), '--super-admin')).toMatchObject({
      code: 1,
      stderr: 'There is a user with this e-mail address already.\n',
    });
  });
});

describe('users add', () => {
  it('makes somebody a member of a further tenant, once', async () => {
    const { email } = await api.createUser();
    const words = ['users', 'add', '--email', email, '--tenant', tenant.id, '--role', 'viewer'];
    expect(await cli(words)).toMatchObject({ code: 0, stdout: `${email} is viewer of ${tenant.id}.\n` });
    expect(await cli(words)).toMatchObject({ code: 1, stderr: 'This person is a member already.\n' });
  });
});

describe('users set-password', () => {
  it('gives another password and ends every session', async () => {
    const person = await api.signIn(tenant, 'viewer');
    const password = passwordIn(await cli(['users', 'set-password', '--email', person.email, '--json']));
    expectError(await person.get('/settings/api/session'), 'unauthorized');
    expect((await api.enter(person.email, { password })).id).toBe(person.id);
  });

  it('of nobody: exit code 1', async () => {
    expect((await cli(['users', 'set-password', '--email', anEmail()])).code).toBe(1);
  });
});

describe('users list', () => {
  it('shows who there is and never a password', async () => {
    const { email } = await api.createUser();
    const { stdout } = await cli(['users', 'list']);
    expect(stdout).toMatch(new RegExp(`usr_\\w{26}  ${email}  never signed in`));
    expect(stdout).not.toContain('argon2');
  });
});
