import { idInput, idOutput, ROLES, text, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { passwordField, tokenField } from '../sessions/schemas.js';
import { emailField } from '../users/email.js';

const role = () => z.enum(ROLES, `must be one of ${ROLES.join(', ')}`);

export const inviteBody = z.strictObject({ email: emailField(), role: role() });
export const changeRoleBody = z.strictObject({ role: role() });
export const personById = z.strictObject({ id: idInput('user') });
export const invitationById = z.strictObject({ id: idInput('invitation') });

export const showInvitationBody = z.strictObject({ token: tokenField() });

export const acceptInvitationBody = z.strictObject({
  token: tokenField(),
  name: text(1, 100).optional(),
  password: passwordField(),
});

export const memberSchema = z.object({
  id: idOutput('user'),
  email: z.string(),
  name: z.string(),
  role: role(),
  joined_at: timeOutput(),
  last_sign_in_at: timeOutput().nullable(),
  is_you: z.boolean(),
});

export const openInvitationSchema = z.object({
  id: idOutput('invitation'),
  email: z.string(),
  role: role(),
  invited_by: z.string().nullable().meta({ description: 'The e-mail address of who invited; null: an operator.' }),
  expires_at: timeOutput(),
  created_at: timeOutput(),
});

export const peopleSchema = z.object({ members: z.array(memberSchema), invitations: z.array(openInvitationSchema) });

export const invitedSchema = openInvitationSchema.pick({ id: true, email: true, role: true, expires_at: true }).extend({
  emailed: z.boolean(),
  link: z.string().nullable().meta({ description: 'To pass on by hand; null where it was sent by e-mail.' }),
});

export const removedSchema = z.object({ id: idOutput('user'), removed: z.literal(true) });
export const withdrawnSchema = z.object({ id: idOutput('invitation'), withdrawn: z.literal(true) });

export type MemberView = z.infer<typeof memberSchema>;
export type PeopleView = z.infer<typeof peopleSchema>;
export type InvitedView = z.infer<typeof invitedSchema>;
