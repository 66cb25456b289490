import { toPublicId, type IdKind } from '@switchboard/shared';
import type { AuditRow } from './repository.js';
import type { AuditEntryView } from './schemas.js';

const ACTOR_ID_KINDS: Partial<Record<string, IdKind>> = {
  api_key: 'apiKey',
  user: 'user',
  portal_link: 'portalLink',
};

const TARGET_ID_KINDS: Partial<Record<string, IdKind>> = {
  webhook_endpoint: 'endpoint',
  api_key: 'apiKey',
  delivery: 'delivery',
  replay: 'replay',
  user: 'user',
  invitation: 'invitation',
  portal_link: 'portalLink',
  tenant: 'tenant',
};

/** Actors that are no row of ours; one who is, but of whom nothing is known any more, is called by their kind. */
const NAMES: Record<AuditRow['actor_kind'], string> = {
  api_key: 'API key',
  user: 'Person',
  portal_link: 'Portal link',
  platform: 'Platform',
  system: 'Switchboard',
};

export function toAuditEntryView(row: AuditRow, names: ReadonlyMap<string, string>): AuditEntryView {
  const name = row.actor_id === null ? undefined : names.get(row.actor_id);
  return {
    id: toPublicId('auditEntry', row.id),
    sequence: row.sequence,
    occurred_at: row.occurred_at.toISOString(),
    actor: {
      kind: row.actor_kind,
      id: publicIdOf(ACTOR_ID_KINDS[row.actor_kind], row.actor_id),
      name: name ?? NAMES[row.actor_kind],
    },
    ip: row.ip,
    action: row.action,
    target: { kind: row.target_kind, id: publicIdOf(TARGET_ID_KINDS[row.target_kind], row.target_id) },
    before: row.before,
    after: row.after,
    mode: row.mode,
    request_id: row.request_id,
    hash: row.hash.toString('hex'),
  };
}

/** An id of a kind that has no form on the wire is shown as it is. */
function publicIdOf(kind: IdKind | undefined, id: string | null): string | null {
  return id !== null && kind !== undefined ? toPublicId(kind, id) : id;
}
