import type { Message } from '../mail/mailer.js';

export interface InvitationMail {
  to: string;
  brand: string;
  tenant_name: string;
  role: string;
  /** Who invites, null for an operator. */
  invited_by: string | null;
  link: string;
  expires_at: Date;
}

export function invitationMessage({
  to,
  brand,
  tenant_name,
  role,
  invited_by,
  link,
  expires_at,
}: InvitationMail): Message {
  // A header ends at a line break, and a tenant chooses its name.
  const tenant = tenant_name.replaceAll(/\s+/g, ' ');
  const until = `${expires_at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return {
    to,
    subject: `You are invited to ${tenant} on ${brand}`,
    text: [
      `${invited_by ?? 'Somebody'} invites you to the API & Integrations portal of ${tenant}, as ${role}.`,
      `Open this link to accept. It works once, until ${until}:`,
      link,
      'If you did not expect this, do nothing: without the link nobody can join in your name.',
    ].join('\n\n'),
  };
}
