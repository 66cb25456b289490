import { closeBreaker, type Database } from '@switchboard/db';
import {
  disabledEndpointData,
  generateWebhookSecret,
  newUuid,
  notFound,
  type DisabledEndpoint,
  type Keyring,
  type ListMeta,
} from '@switchboard/shared';
import { requireMatch } from '../../http/etag.js';
import type { PageRequest } from '../../http/pagination.js';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Commit, Committer } from '../../publishing/committer.js';
import { auditedDifference, auditedSettings, writeEndpointAudit, type AuditContext } from './audit.js';
import { checkedChanges, type EndpointInput, type EndpointRules } from './input.js';
import { toView } from './presenter.js';
import {
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  lockEndpoint,
  rotateSecret,
  updateEndpoint,
  type EndpointRow,
  type Turn,
} from './repository.js';
import type { EndpointView } from './schemas.js';

export interface EndpointServiceDeps extends EndpointRules {
  database: Database;
  commit: Committer;
}

export type EndpointService = ReturnType<typeof createEndpointService>;

export type EndpointWithSecret = EndpointView & { secret: string };

export function createEndpointService(deps: EndpointServiceDeps) {
  const { database, commit, keyring } = deps;
  return {
    /** The secret is in this answer and in no other. */
    create: (tenant: TenantScope, input: EndpointInput, request: RequestInfo): Promise<EndpointWithSecret> =>
      commit(request, async ({ transaction }) => {
        const id = newUuid();
        const secret = generateWebhookSecret();
        const endpoint = { ...checkedChanges(deps, id, input), id, secret_sealed: keyring.encrypt(secret, id) };
        const row = await insertEndpoint(transaction, tenant, endpoint, input.enabled === false ? 'off' : 'on');
        const after = { ...auditedSettings(row, keyring), enabled: row.enabled };
        await writeEndpointAudit({ transaction, tenant, request }, id, 'created', { after });
        return { ...toView(row, keyring), secret };
      }),

    async list(tenant: TenantScope, page: PageRequest): Promise<{ data: EndpointView[]; meta: ListMeta }> {
      const { rows, meta } = await listEndpoints(database, tenant, page);
      return { data: rows.map((row) => toView(row, keyring)), meta };
    },

    async show(tenant: TenantScope, id: string): Promise<EndpointView> {
      const row = await findEndpoint(database, tenant, id);
      if (!row) throw notFound();
      return toView(row, keyring);
    },

    update: (tenant: TenantScope, id: string, input: EndpointInput, request: RequestInfo): Promise<EndpointView> =>
      commit(request, async ({ transaction, emit }) => {
        const before = await lockEndpoint(transaction, tenant, id);
        if (!before) throw notFound();
        requireMatch(request.if_match, toView(before, keyring));
        const turn = turnOf(before, input.enabled);
        const changes = checkedChanges(deps, id, input);
        const after = await updateEndpoint(transaction, tenant, id, { changes, turn });
        await tellOfChanges({ transaction, tenant, request }, emit, { before, after, turn, keyring });
        return toView(after, keyring);
      }),

    /** The new secret is in this answer and in no other; it signs from the very next attempt. */
    rotateSecret: (
      tenant: TenantScope,
      id: string,
      overlapHours: number,
      request: RequestInfo,
    ): Promise<EndpointWithSecret> =>
      commit(request, async ({ transaction }) => {
        if (!(await lockEndpoint(transaction, tenant, id))) throw notFound();
        const secret = generateWebhookSecret();
        const rotation = { secret_sealed: keyring.encrypt(secret, id), overlap_hours: overlapHours };
        const view = toView(await rotateSecret(transaction, tenant, id, rotation), keyring);
        const { previous_secret_expires_at } = view;
        const after = { overlap_hours: overlapHours, previous_secret_expires_at };
        await writeEndpointAudit({ transaction, tenant, request }, id, 'secret_rotated', { after });
        return { ...view, secret };
      }),

    delete: (tenant: TenantScope, id: string, request: RequestInfo): Promise<void> =>
      commit(request, async ({ transaction }) => {
        const row = await deleteEndpoint(transaction, tenant, id);
        if (!row) throw notFound();
        const before = auditedSettings(row, keyring);
        await writeEndpointAudit({ transaction, tenant, request }, id, 'deleted', { before });
      }),
  };
}

/** null where it is turned already: disabling an endpoint that disabled itself leaves the reason as it is. */
function turnOf(before: EndpointRow, enabled: boolean | undefined): Turn | null {
  if (enabled === undefined || enabled === before.enabled) return null;
  return enabled ? 'on' : 'off';
}

async function tellOfChanges(
  context: AuditContext,
  emit: Commit['emit'],
  { before, after, turn, keyring }: { before: EndpointRow; after: EndpointRow; turn: Turn | null; keyring: Keyring },
): Promise<void> {
  const difference = auditedDifference(before, after, keyring);
  if (difference) await writeEndpointAudit(context, after.id, 'updated', difference);
  if (turn === 'off') await tellOfDisabling(context, emit, after);
  if (turn === 'on') await undoDisabling(context, before);
}

/** The tenant's other endpoints hear of it: this one is disabled in the same transaction, so it does not. */
async function tellOfDisabling(context: AuditContext, emit: Commit['emit'], row: EndpointRow): Promise<void> {
  const { disabled_reason: reason } = row;
  await writeEndpointAudit(context, row.id, 'disabled', { after: { reason } });
  emit(context.tenant, 'webhook_endpoint.disabled', disabledEndpointData(row as DisabledEndpoint));
}

/** The breaker remembers failures of before as well; left open it would hold up what comes now. */
async function undoDisabling(context: AuditContext, before: EndpointRow): Promise<void> {
  const { disabled_reason: reason, disabled_at } = before;
  await closeBreaker(context.transaction, before.id);
  await writeEndpointAudit(context, before.id, 'enabled', { before: { reason, disabled_at } });
}
