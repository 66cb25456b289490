import type { Database, Executor } from '@switchboard/db';
import { AppError, notFound, toPublicId, type Role } from '@switchboard/shared';
import type { RequestInfo, TenantContext } from '../../http/route.js';
import { writePeopleAudit } from './audit.js';
import { listOpenInvitations } from './invitations-repository.js';
import { deleteMembership, findMember, listMembers, lockOwners, setRole, type MemberRow } from './repository.js';
import type { MemberView, PeopleView } from './schemas.js';

export type PeopleService = ReturnType<typeof createPeopleService>;

/** The people of a tenant, and what each of them is there. */
export function createPeopleService({ database }: { database: Database }) {
  return {
    async list(tenant: TenantContext): Promise<PeopleView> {
      const [members, invitations] = await Promise.all([
        listMembers(database, tenant.tenant_id),
        listOpenInvitations(database, tenant.tenant_id),
      ]);
      return {
        members: members.map((member) => toMemberView(member, tenant)),
        invitations: invitations.map(({ id, email, role, invited_by, expires_at, created_at }) => ({
          ...{ id: toPublicId('invitation', id), email, role, invited_by },
          expires_at: expires_at.toISOString(),
          created_at: created_at.toISOString(),
        })),
      };
    },

    /** Takes effect with the person's next request. @throws AppError not_found, or conflict for the last owner */
    changeRole: (tenant: TenantContext, userId: string, role: Role, request: RequestInfo): Promise<MemberView> =>
      database.transaction(async (transaction) => {
        const member = await lockMember(transaction, tenant.tenant_id, userId, role);
        if (member.role === role) return toMemberView(member, tenant);
        await setRole(transaction, tenant.tenant_id, userId, role);
        const { email } = member;
        await writePeopleAudit({ transaction, tenant, request }, 'person.role_changed', {
          target: { kind: 'user', id: userId },
          before: { email, role: member.role },
          after: { email, role },
        });
        return toMemberView({ ...member, role }, tenant);
      }),

    /** They are out with their next request. @throws AppError not_found, or conflict for the last owner */
    remove: (tenant: TenantContext, userId: string, request: RequestInfo): Promise<void> =>
      database.transaction(async (transaction) => {
        const { email, role } = await lockMember(transaction, tenant.tenant_id, userId, null);
        await deleteMembership(transaction, tenant.tenant_id, userId);
        await writePeopleAudit({ transaction, tenant, request }, 'person.removed', {
          target: { kind: 'user', id: userId },
          before: { email, role },
        });
      }),
  };
}

/** @param next what the member becomes, null: none any more */
async function lockMember(
  transaction: Executor,
  tenantId: string,
  userId: string,
  next: Role | null,
): Promise<MemberRow> {
  const owners = await lockOwners(transaction, tenantId);
  const member = await findMember(transaction, tenantId, userId);
  if (!member) throw notFound();
  if (next !== 'owner' && owners.length === 1 && owners[0] === userId) {
    throw new AppError('conflict', 'This is the last owner. Make somebody else an owner first.');
  }
  return member;
}

function toMemberView({ id, email, name, role, ...times }: MemberRow, { caller }: TenantContext): MemberView {
  return {
    ...{ id: toPublicId('user', id), email, name, role },
    joined_at: times.joined_at.toISOString(),
    last_sign_in_at: times.last_sign_in_at?.toISOString() ?? null,
    is_you: caller.kind === 'user' && caller.id === id,
  };
}
