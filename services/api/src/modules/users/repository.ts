import type { Executor } from '@switchboard/db';
import { newUuid } from '@switchboard/shared';

export interface UserRow {
  id: string;
  email: string;
  name: string;
  password_hash: string;
  is_super_admin: boolean;
  last_sign_in_at: Date | null;
  created_at: Date;
}

const COLUMNS = 'id, email, name, password_hash, is_super_admin, last_sign_in_at, created_at';

export async function insertUser(
  executor: Executor,
  user: Pick<UserRow, 'email' | 'name' | 'password_hash' | 'is_super_admin'>,
): Promise<UserRow> {
  const [row] = await executor.query<UserRow>({
    name: 'insert-user',
    text: `INSERT INTO users (id, email, name, password_hash, is_super_admin) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
    values: [newUuid(), user.email, user.name, user.password_hash, user.is_super_admin],
  });
  return row as UserRow;
}

export async function findUserByEmail(executor: Executor, email: string): Promise<UserRow | null> {
  const [row] = await executor.query<UserRow>({
    name: 'find-user-by-email',
    text: `SELECT ${COLUMNS} FROM users WHERE email = $1`,
    values: [email],
  });
  return row ?? null;
}

export async function findUser(executor: Executor, id: string): Promise<UserRow | null> {
  const [row] = await executor.query<UserRow>({
    name: 'find-user',
    text: `SELECT ${COLUMNS} FROM users WHERE id = $1`,
    values: [id],
  });
  return row ?? null;
}

export async function listUsers(executor: Executor): Promise<UserRow[]> {
  return executor.query<UserRow>({
    name: 'list-users',
    text: `SELECT ${COLUMNS} FROM users ORDER BY created_at, id`,
    values: [],
  });
}

export async function setPasswordHash(executor: Executor, id: string, passwordHash: string): Promise<void> {
  await executor.query({
    name: 'set-password-hash',
    text: 'UPDATE users SET password_hash = $2 WHERE id = $1',
    values: [id, passwordHash],
  });
}

export async function noteSignIn(executor: Executor, id: string): Promise<void> {
  await executor.query({
    name: 'note-sign-in',
    text: 'UPDATE users SET last_sign_in_at = now() WHERE id = $1',
    values: [id],
  });
}
