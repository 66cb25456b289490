import { isForeignKeyViolation, isUniqueViolation, writeAudit, type Database, type Executor } from '@switchboard/db';
import { AppError, notFound, toPublicId, validationFailed, type Role } from '@switchboard/shared';
import { insertMembership } from '../people/repository.js';
import { endSessionsOf } from '../sessions/repository.js';
import { hashPassword, requireGoodPassword } from './passwords.js';
import { findUserByEmail, insertUser, listUsers, setPasswordHash, type UserRow } from './repository.js';

export interface NewUser {
  email: string;
  name: string;
  password: string;
  is_super_admin: boolean;
  membership: { tenant_id: string; role: Role } | null;
}

export interface UserView {
  id: string;
  email: string;
  name: string;
  is_super_admin: boolean;
  last_sign_in_at: string | null;
  created_at: string;
}

/** What operators do with people: the portal itself only invites. */
export function createUserService({ database }: { database: Database }) {
  return {
    /** @throws AppError validation_failed, or conflict where there is a user with this address */
    async create({ password, membership, ...user }: NewUser): Promise<UserView> {
      requireGoodPassword(password, { email: user.email, path: 'password' });
      const password_hash = await hashPassword(password);
      return database
        .transaction(async (transaction) => {
          const row = await insertUser(transaction, { ...user, password_hash });
          if (membership) await join(transaction, row, membership);
          return toView(row);
        })
        .catch(explain);
    },

    /** @throws AppError not_found without such a user, or conflict where they are a member already */
    async addMember(email: string, membership: { tenant_id: string; role: Role }): Promise<UserView> {
      const user = await findUserByEmail(database, email);
      if (!user) throw notFound();
      await database.transaction((transaction) => join(transaction, user, membership)).catch(explain);
      return toView(user);
    },

    async list(): Promise<UserView[]> {
      return (await listUsers(database)).map(toView);
    },

    /** Ends every session of the person. @throws AppError not_found */
    async setPassword(email: string, password: string): Promise<UserView> {
      const user = await findUserByEmail(database, email);
      if (!user) throw notFound();
      requireGoodPassword(password, { email, path: 'password' });
      const passwordHash = await hashPassword(password);
      await database.transaction(async (transaction) => {
        await setPasswordHash(transaction, user.id, passwordHash);
        await endSessionsOf(transaction, user.id, null);
      });
      return toView(user);
    },
  };
}

async function join(
  transaction: Executor,
  user: UserRow,
  { tenant_id, role }: { tenant_id: string; role: Role },
): Promise<void> {
  const isNew = await insertMembership(transaction, { tenant_id, user_id: user.id, role });
  if (!isNew) throw new AppError('conflict', 'This person is a member already.');
  await writeAudit(transaction, {
    ...{ tenant_id, mode: null, actor: { kind: 'platform' }, action: 'person.joined' },
    target: { kind: 'user', id: user.id },
    after: { email: user.email, role },
  });
}

function explain(error: unknown): never {
  if (isUniqueViolation(error)) throw new AppError('conflict', 'There is a user with this e-mail address already.');
  if (isForeignKeyViolation(error)) {
    throw validationFailed([{ path: 'tenant', message: 'there is no tenant with this id' }]);
  }
  throw error;
}

function toView({ id, email, name, is_super_admin, last_sign_in_at, created_at }: UserRow): UserView {
  return {
    ...{ id: toPublicId('user', id), email, name, is_super_admin },
    last_sign_in_at: last_sign_in_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  };
}
