import type { Database, Executor } from '@switchboard/db';
import { AppError, newUuid, validationFailed } from '@switchboard/shared';
import { findUser, findUserByEmail, noteSignIn, setPasswordHash, type UserRow } from '../users/repository.js';
import { hashPassword, isPasswordRight, requireGoodPassword } from '../users/passwords.js';
import { listTenantsFor } from './access.js';
import { auditInTheirTenants, auditOfLink, personalEntry } from './audit.js';
import {
  endSession,
  endSessionsOf,
  findLiveSession,
  forgetOldSessions,
  insertSession,
  lockSession,
  rotateRefreshToken,
  type LiveSessionRow,
  type RefreshRow,
  type ShownTenantRow,
} from './repository.js';
import type { SignInSlowDown } from './slow-down.js';
import { newSecret, parseRefreshToken, refreshTokenOf } from './tokens.js';
import type { Visitor } from './visitor.js';

const DAY_MS = 86_400_000;
export const USER_SESSION_MS = 30 * DAY_MS;
export const LINK_SESSION_MS = 3_600_000;

/** Two tabs that refresh in one moment present the same token; so much later, the second one is a thief's. */
const LEEWAY_MS = 10_000;

/** @property refresh_token null where the holder's other tab has been given the new one already */
export interface StartedSession {
  session: LiveSessionRow;
  refresh_token: string | null;
}

export interface SessionServiceDeps {
  database: Database;
  slowDown: SignInSlowDown;
}

export type SessionService = ReturnType<typeof createSessionService>;

export function createSessionService({ database, slowDown }: SessionServiceDeps) {
  return {
    find: (id: string): Promise<LiveSessionRow | null> => findLiveSession(database, id),

    listTenants: (session: LiveSessionRow, search: string): Promise<ShownTenantRow[]> =>
      listTenantsFor(database, session, search),

    /** @throws AppError unauthorized in the same words and after the same time for an unknown e-mail address */
    async signIn(given: { email: string; password: string }, visitor: Visitor): Promise<StartedSession> {
      const user = await slowDown.guard({ email: given.email, address: visitor.ip ?? '' }, async () => {
        const found = await findUserByEmail(database, given.email);
        if (await isPasswordRight(found?.password_hash ?? null, given.password)) return found as UserRow;
        throw new AppError('unauthorized', 'The e-mail address or the password is not right.');
      });
      return database.transaction((transaction) => startUserSession(transaction, user, visitor));
    },

    /** @throws AppError unauthorized; where the token was used before, the session ends for everybody who holds one */
    async refresh(token: string, visitor: Visitor): Promise<StartedSession> {
      const given = parseRefreshToken(token);
      const outcome = given && (await database.transaction((transaction) => rotate(transaction, given, visitor)));
      if (!outcome) throw sessionEnded();
      const session = await findLiveSession(database, outcome.id);
      if (!session) throw sessionEnded();
      return { session, refresh_token: outcome.refresh_token };
    },

    signOut: (sessionId: string): Promise<void> => endSession(database, sessionId, 'signed_out'),

    /** Every other session of the person ends: the old password may have been somebody else's too. */
    async changePassword(
      session: LiveSessionRow,
      given: { current_password: string; new_password: string },
      visitor: Visitor,
    ): Promise<void> {
      const user = session.user_id === null ? null : await findUser(database, session.user_id);
      if (!user) throw new AppError('forbidden', 'A link has no password.');
      requireGoodPassword(given.new_password, { email: user.email, path: 'new_password' });
      await slowDown.guard({ email: user.email, address: visitor.ip ?? '' }, async () => {
        if (await isPasswordRight(user.password_hash, given.current_password)) return;
        throw validationFailed([{ path: 'current_password', message: 'is not your password' }]);
      });
      const passwordHash = await hashPassword(given.new_password);
      await database.transaction(async (transaction) => {
        await setPasswordHash(transaction, user.id, passwordHash);
        await endSessionsOf(transaction, user.id, session.id);
        await auditInTheirTenants(transaction, user.id, personalEntry(user.id, 'user.password_changed', visitor));
      });
    },
  };
}

/** For somebody who has just shown who they are: by password, or by accepting an invitation. */
export async function startUserSession(
  transaction: Executor,
  user: Pick<UserRow, 'id'>,
  visitor: Visitor,
): Promise<StartedSession> {
  await forgetOldSessions(transaction, user.id);
  const started = await startSession(transaction, { user_id: user.id, portal_link_id: null }, visitor);
  await noteSignIn(transaction, user.id);
  await auditInTheirTenants(transaction, user.id, personalEntry(user.id, 'user.signed_in', visitor));
  return started;
}

export async function startSession(
  transaction: Executor,
  whose: { user_id: string | null; portal_link_id: string | null },
  { ip, user_agent }: Visitor,
): Promise<StartedSession> {
  const { secret, hash } = newSecret();
  const id = newUuid();
  const expires_at = new Date(Date.now() + (whose.user_id === null ? LINK_SESSION_MS : USER_SESSION_MS));
  await insertSession(transaction, { id, ...whose, refresh_hash: hash, expires_at, ip, user_agent });
  const session = (await findLiveSession(transaction, id)) as LiveSessionRow;
  return { session, refresh_token: refreshTokenOf(id, secret) };
}

async function rotate(
  transaction: Executor,
  { sessionId, hash }: { sessionId: string; hash: Buffer },
  visitor: Visitor,
): Promise<{ id: string; refresh_token: string | null } | null> {
  const session = await lockSession(transaction, sessionId);
  if (!session) return null;
  if (session.refresh_hash.equals(hash)) {
    const fresh = newSecret();
    await rotateRefreshToken(transaction, sessionId, fresh.hash);
    return { id: sessionId, refresh_token: refreshTokenOf(sessionId, fresh.secret) };
  }
  if (isOfOtherTab(session, hash)) return { id: sessionId, refresh_token: null };
  await endSession(transaction, sessionId, 'token_reused');
  await auditReuse(transaction, session, visitor);
  return null;
}

function isOfOtherTab({ previous_refresh_hash, rotated_ms_ago }: RefreshRow, hash: Buffer): boolean {
  return previous_refresh_hash?.equals(hash) === true && rotated_ms_ago !== null && rotated_ms_ago < LEEWAY_MS;
}

async function auditReuse(transaction: Executor, session: RefreshRow, visitor: Visitor): Promise<void> {
  const { user_id, portal_link_id } = session;
  if (user_id !== null) {
    await auditInTheirTenants(transaction, user_id, personalEntry(user_id, 'session.reuse_detected', visitor));
    return;
  }
  await auditOfLink(transaction, portal_link_id as string, 'session.reuse_detected', visitor);
}

function sessionEnded(): AppError {
  return new AppError('unauthorized', 'Your session has ended. Sign in again.');
}
