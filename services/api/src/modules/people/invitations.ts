import { isUniqueViolation, writeAudit, type Database } from '@switchboard/db';
import { AppError, notFound, toPublicId, validationFailed, type Role } from '@switchboard/shared';
import type { Logger } from 'pino';
import type { PortalSession, RequestInfo, TenantContext } from '../../http/route.js';
import type { Mailer } from '../mail/mailer.js';
import { startUserSession, type StartedSession } from '../sessions/service.js';
import type { SignInSlowDown } from '../sessions/slow-down.js';
import { hashSecret, newSecret } from '../sessions/tokens.js';
import type { Visitor } from '../sessions/visitor.js';
import { hashPassword, isPasswordRight, requireGoodPassword } from '../users/passwords.js';
import { findUserByEmail, insertUser, type UserRow } from '../users/repository.js';
import { findTenant } from '../tenants/repository.js';
import { writePeopleAudit } from './audit.js';
import { invitationMessage } from './invitation-message.js';
import {
  acceptInvitation,
  findUsableInvitation,
  insertInvitation,
  withdrawEarlierInvitations,
  withdrawInvitation,
  type InvitationRow,
  type UsableInvitationRow,
} from './invitations-repository.js';
import { insertMembership, isMember } from './repository.js';
import type { InvitedView } from './schemas.js';

const INVITATION_MS = 7 * 86_400_000;

export interface InvitationDeps {
  database: Database;
  mailer: Mailer | null;
  publicUrl: string;
  brand: string;
  log: Logger;
}

export type InvitationService = ReturnType<typeof createInvitationService>;

/** What the people of a tenant do with invitations. */
export function createInvitationService({ database, mailer, publicUrl, brand, log }: InvitationDeps) {
  /** The invitation stands whether or not the server takes the message: then its link is passed on by hand. */
  const send = async (invitation: InvitationRow, link: string, invitedBy: string | null): Promise<boolean> => {
    if (!mailer) return false;
    const { email: to, role, expires_at } = invitation;
    const tenant = await findTenant(database, invitation.tenant_id);
    const mail = { to, brand, tenant_name: tenant?.name ?? '', role, invited_by: invitedBy, link, expires_at };
    return mailer.send(invitationMessage(mail)).then(
      () => true,
      (error: Error) => {
        log.warn({ err: error }, 'an invitation could not be sent by e-mail');
        return false;
      },
    );
  };
  return {
    /**
     * A further one for the same person takes the place of the first.
     * @throws AppError conflict for a member, and where the same person is invited at this very moment
     */
    async invite(
      tenant: TenantContext,
      given: { email: string; role: Role },
      { session, request }: { session: PortalSession; request: RequestInfo },
    ): Promise<InvitedView> {
      const { secret, hash } = newSecret();
      const invitation = await database.transaction(async (transaction) => {
        if (await isMember(transaction, tenant.tenant_id, given.email)) {
          throw new AppError('conflict', 'This person is a member already.');
        }
        await withdrawEarlierInvitations(transaction, tenant.tenant_id, given.email);
        const made = await insertInvitation(transaction, {
          ...{ ...given, tenant_id: tenant.tenant_id, token_hash: hash, invited_by: session.user?.id ?? null },
          expires_at: new Date(Date.now() + INVITATION_MS),
        }).catch(refuseSecondAtOnce);
        const target = { kind: 'invitation', id: made.id };
        await writePeopleAudit({ transaction, tenant, request }, 'person.invited', { target, after: given });
        return made;
      });
      const link = `${publicUrl}/settings/api/invitation#${secret}`;
      const emailed = await send(invitation, link, session.user?.email ?? null);
      return {
        id: toPublicId('invitation', invitation.id),
        ...given,
        expires_at: invitation.expires_at.toISOString(),
        emailed,
        link: emailed ? null : link,
      };
    },

    withdraw: (tenant: TenantContext, id: string, request: RequestInfo): Promise<void> =>
      database.transaction(async (transaction) => {
        const withdrawn = await withdrawInvitation(transaction, tenant.tenant_id, id);
        if (!withdrawn) throw notFound();
        const { email, role } = withdrawn;
        await writePeopleAudit({ transaction, tenant, request }, 'invitation.withdrawn', {
          target: { kind: 'invitation', id },
          before: { email, role },
        });
      }),
  };
}

/** A person has one open invitation: of two who invite them at once, the second cannot see the first one's to replace it. */
function refuseSecondAtOnce(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new AppError('conflict', 'Somebody invited this person a moment ago. Look at the list, or try again.');
}

export interface AcceptedInvitation {
  token: string;
  name?: string | undefined;
  password: string;
}

/** What somebody does who holds an invitation's link; they have no session yet. */
export function createInvitationDesk({ database, slowDown }: { database: Database; slowDown: SignInSlowDown }) {
  const find = async (token: string): Promise<UsableInvitationRow> => {
    const invitation = await findUsableInvitation(database, hashSecret(token));
    if (invitation) return invitation;
    throw new AppError('not_found', 'This invitation is no longer valid. Ask for a new one.');
  };
  return {
    async show(token: string) {
      const { email, tenant_name, role, expires_at, has_account } = await find(token);
      return { email, tenant_name, role, expires_at: expires_at.toISOString(), has_account };
    },

    /** With an account its password is asked for; without one, an account is made. Either way they are signed in. */
    async accept(given: AcceptedInvitation, visitor: Visitor): Promise<StartedSession> {
      const invitation = await find(given.token);
      const existing = await findUserByEmail(database, invitation.email);
      const account = existing
        ? await confirmed(existing, given.password, visitor)
        : await newAccount(invitation.email, given);
      try {
        return await join(invitation, account, visitor);
      } catch (error) {
        if (isUniqueViolation(error)) throw new AppError('conflict', 'This was accepted a moment ago. Sign in.');
        throw error;
      }
    },
  };

  async function confirmed(user: UserRow, password: string, visitor: Visitor): Promise<UserRow> {
    await slowDown.guard({ email: user.email, address: visitor.ip ?? '' }, async () => {
      if (await isPasswordRight(user.password_hash, password)) return;
      throw new AppError('unauthorized', 'This is not the password of your account.');
    });
    return user;
  }

  function join(
    invitation: UsableInvitationRow,
    account: UserRow | NewAccount,
    visitor: Visitor,
  ): Promise<StartedSession> {
    return database.transaction(async (transaction) => {
      if (!(await acceptInvitation(transaction, invitation.id))) throw notFound();
      const user = 'id' in account ? account : await insertUser(transaction, account);
      const { tenant_id, email, role } = invitation;
      await insertMembership(transaction, { tenant_id, user_id: user.id, role });
      await writeAudit(transaction, {
        ...{ tenant_id, mode: null, action: 'person.joined', request_id: visitor.request_id },
        actor: { kind: 'user', id: user.id, ip: visitor.ip },
        target: { kind: 'user', id: user.id },
        after: { email, role },
      });
      return startUserSession(transaction, user, visitor);
    });
  }
}

type NewAccount = Pick<UserRow, 'email' | 'name' | 'password_hash' | 'is_super_admin'>;

async function newAccount(email: string, { name, password }: AcceptedInvitation): Promise<NewAccount> {
  if (name === undefined) throw validationFailed([{ path: 'name', message: 'must not be empty' }]);
  requireGoodPassword(password, { email, path: 'password' });
  return { email, name, password_hash: await hashPassword(password), is_super_admin: false };
}
