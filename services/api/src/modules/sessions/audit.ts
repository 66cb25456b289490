import { writeAudit, type Actor, type AuditEntry, type Executor } from '@switchboard/db';
import type { Visitor } from './visitor.js';

/** What a person did to themselves, without the tenant that is told of it. */
type PersonalEntry = Omit<AuditEntry, 'tenant_id'>;

export function personalEntry(userId: string, action: string, { ip, request_id }: Visitor): PersonalEntry {
  const actor: Actor = { kind: 'user', id: userId, ip };
  return { mode: null, actor, action, target: { kind: 'user', id: userId }, request_id };
}

/** Told to every tenant that the person is a member of, always in one order: two at once must not wait for each other. */
export async function auditInTheirTenants(transaction: Executor, userId: string, entry: PersonalEntry): Promise<void> {
  const tenants = await transaction.query<{ tenant_id: string }>({
    name: 'tenants-of-user',
    text: 'SELECT tenant_id FROM memberships WHERE user_id = $1 ORDER BY tenant_id',
    values: [userId],
  });
  for (const { tenant_id } of tenants) await writeAudit(transaction, { ...entry, tenant_id });
}

export async function auditOfLink(
  transaction: Executor,
  linkId: string,
  action: string,
  { ip, request_id }: Visitor,
): Promise<void> {
  const [link] = await transaction.query<{ tenant_id: string; mode: string }>({
    name: 'tenant-of-portal-link',
    text: 'SELECT tenant_id, mode FROM portal_links WHERE id = $1',
    values: [linkId],
  });
  if (!link) return;
  const actor: Actor = { kind: 'portal_link', id: linkId, ip };
  await writeAudit(transaction, { ...link, actor, action, target: { kind: 'portal_link', id: linkId }, request_id });
}
