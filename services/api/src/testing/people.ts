import type { Database } from '@switchboard/db';
import { newUuid, toPublicId, type Mode, type Role } from '@switchboard/shared';
import { parseSetCookie } from 'cookie';
import type request from 'supertest';
import { hashPassword } from '../modules/users/passwords.js';
import { insertUser } from '../modules/users/repository.js';
import type { Caller, Tenant } from './actors.js';

export const PASSWORD = 'correct horse battery staple';

/** Somebody with a browser: cookies, the CSRF token, and the tenant and mode that they have chosen. */
export interface Person extends Caller {
  /** `usr_...`; null for somebody who came by a link. */
  id: string | null;
  email: string;
  csrfToken: string;
  /** As a browser sends them, all in one header. */
  cookies: string;
  /** The same session, looking at another tenant or mode. */
  choosing(choice: { tenant?: string; mode?: Mode }): Person;
}

export interface People {
  /** Makes a person with this role in the tenant and signs them in. */
  signIn(
    tenant: Pick<Tenant, 'id' | 'uuid'>,
    role: Role,
    options?: { mode?: Mode; email?: string; superAdmin?: boolean },
  ): Promise<Person>;
  /** Makes a person, who is in no tenant yet; their password is PASSWORD. @returns their UUID */
  createUser(options?: { email?: string; superAdmin?: boolean }): Promise<{ uuid: string; id: string; email: string }>;
  addMember(tenant: Pick<Tenant, 'uuid'>, userUuid: string, role: Role): Promise<void>;
  /** Signs in somebody who exists. */
  enter(email: string, choice?: { tenant?: string; mode?: Mode; password?: string }): Promise<Person>;
}

/** Hashing is slow on purpose; everybody in the tests has the same password. */
const passwordHash = hashPassword(PASSWORD);

export function createPeople(database: Database, http: ReturnType<typeof request>): People {
  const createUser: People['createUser'] = async ({ email = anEmail(), superAdmin = false } = {}) => {
    const user = { email, name: 'Ada', password_hash: await passwordHash, is_super_admin: superAdmin };
    const { id } = await insertUser(database, user);
    return { uuid: id, id: toPublicId('user', id), email };
  };
  const addMember: People['addMember'] = async (tenant, userUuid, role) => {
    await database.query({
      text: 'INSERT INTO memberships (tenant_id, user_id, role) VALUES ($1, $2, $3)',
      values: [tenant.uuid, userUuid, role],
    });
  };
  const enter: People['enter'] = async (email, { tenant, mode, password = PASSWORD } = {}) =>
    personOf(http, email, await http.post('/settings/api/session').send({ email, password }), {
      ...(tenant !== undefined && { tenant }),
      ...(mode !== undefined && { mode }),
    });
  return {
    createUser,
    addMember,
    enter,
    signIn: async (tenant, role, { mode, ...options } = {}) => {
      const user = await createUser(options);
      await addMember(tenant, user.uuid, role);
      return enter(user.email, { tenant: tenant.id, ...(mode && { mode }) });
    },
  };
}

/** What the audit log of a tenant says, oldest first. */
export async function auditOf(database: Database, tenant: Pick<Tenant, 'uuid'>): Promise<AuditLine[]> {
  return database.query<AuditLine>({
    text: `
      SELECT action, actor_kind, actor_id, target_kind, target_id, before, after, ip, mode
      FROM audit_log WHERE tenant_id = $1 ORDER BY id`,
    values: [tenant.uuid],
  });
}

export interface AuditLine {
  action: string;
  actor_kind: string;
  actor_id: string | null;
  target_kind: string;
  target_id: string | null;
  before: unknown;
  after: unknown;
  ip: string | null;
  mode: string | null;
}

export function anEmail(): string {
  return `ada-${newUuid().slice(-12)}@example.com`;
}

/** The browser after an answer that let somebody in. @throws where it did not */
export function personOf(
  http: ReturnType<typeof request>,
  email: string,
  answer: request.Response,
  choice: { tenant?: string; mode?: Mode } = {},
): Person {
  if (answer.status !== 200) throw new Error(`Nobody was let in: ${answer.text}`);
  const { csrf_token: csrfToken, user } = (answer.body as { data: { csrf_token: string; user: { id: string } | null } })
    .data;
  const cookies = cookiesOf(answer)
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  return browser(http, { id: user?.id ?? null, email, csrfToken, cookies }, choice);
}

export function cookiesOf(answer: request.Response) {
  const headers = (answer.headers as Record<string, unknown>)['set-cookie'] as string[] | undefined;
  return (headers ?? []).map((header) => parseSetCookie(header));
}

function browser(
  http: ReturnType<typeof request>,
  who: Pick<Person, 'id' | 'email' | 'csrfToken' | 'cookies'>,
  choice: { tenant?: string; mode?: Mode },
): Person {
  const send = (method: keyof Caller) => (path: string) => {
    const asked = http[method](path).set('Accept', 'application/json').set('Cookie', who.cookies);
    if (method !== 'get') void asked.set('X-CSRF-Token', who.csrfToken);
    if (choice.tenant !== undefined) void asked.set('X-Tenant-Id', choice.tenant);
    if (choice.mode !== undefined) void asked.set('X-Mode', choice.mode);
    return asked;
  };
  return {
    ...who,
    get: send('get'),
    post: send('post'),
    patch: send('patch'),
    put: send('put'),
    delete: send('delete'),
    choosing: (other) => browser(http, who, { ...choice, ...other }),
  };
}
