import { toPublicId } from '@switchboard/shared';
import { created, ok, portalRoute } from '../../http/route.js';
import type { InvitationService } from './invitations.js';
import {
  changeRoleBody,
  invitationById,
  inviteBody,
  invitedSchema,
  memberSchema,
  peopleSchema,
  personById,
  removedSchema,
  withdrawnSchema,
} from './schemas.js';
import type { PeopleService } from './service.js';

export function peopleRoutes(people: PeopleService, invitations: InvitationService) {
  const common = { tag: 'People', ability: 'people:manage' } as const;
  return [
    portalRoute({
      ...common,
      method: 'get',
      path: '/people',
      operationId: 'listPeople',
      summary: 'List the people of the tenant and the invitations that are open',
      ability: 'view',
      success: { status: 200, description: 'People, oldest first.', schema: peopleSchema },
      handle: async ({ tenant }) => ok(await people.list(tenant)),
    }),
    portalRoute({
      ...common,
      method: 'post',
      path: '/people/invitations',
      operationId: 'invitePerson',
      summary: 'Invite somebody',
      body: inviteBody,
      success: {
        status: 201,
        description: 'The invitation, and its link where no e-mail was sent.',
        schema: invitedSchema,
      },
      handle: async ({ tenant, session, body, request }) =>
        created(await invitations.invite(tenant, body, { session, request })),
    }),
    portalRoute({
      ...common,
      method: 'delete',
      path: '/people/invitations/{id}',
      operationId: 'withdrawInvitation',
      summary: 'Withdraw an invitation; its link stops working',
      params: invitationById,
      success: { status: 200, description: 'It is withdrawn.', schema: withdrawnSchema },
      handle: async ({ tenant, params, request }) => {
        await invitations.withdraw(tenant, params.id, request);
        return ok({ id: toPublicId('invitation', params.id), withdrawn: true });
      },
    }),
    portalRoute({
      ...common,
      method: 'patch',
      path: '/people/{id}',
      operationId: 'changePersonsRole',
      summary: 'Give a person another role',
      params: personById,
      body: changeRoleBody,
      success: { status: 200, description: 'The person after the change.', schema: memberSchema },
      handle: async ({ tenant, params, body, request }) =>
        ok(await people.changeRole(tenant, params.id, body.role, request)),
    }),
    portalRoute({
      ...common,
      method: 'delete',
      path: '/people/{id}',
      operationId: 'removePerson',
      summary: 'Remove a person from the tenant',
      params: personById,
      success: { status: 200, description: 'They are no member any more.', schema: removedSchema },
      handle: async ({ tenant, params, request }) => {
        await people.remove(tenant, params.id, request);
        return ok({ id: toPublicId('user', params.id), removed: true });
      },
    }),
  ];
}
