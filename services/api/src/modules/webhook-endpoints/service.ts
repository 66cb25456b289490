import type { Database } from '@switchboard/db';
import {
  checkCustomHeaders,
  checkWebhookUrl,
  generateWebhookSecret,
  newUuid,
  notFound,
  toPublicId,
  validationFailed,
  type AddressPolicy,
  type ErrorDetail,
  type Keyring,
  type ListMeta,
} from '@switchboard/shared';
import type { PageRequest } from '../../http/pagination.js';
import { requireMatch } from '../../http/etag.js';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Committer } from '../../publishing/committer.js';
import {
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  lockEndpoint,
  updateEndpoint,
  type EndpointChanges,
  type EndpointRow,
} from './repository.js';
import type { EndpointView } from './schemas.js';

export interface EndpointServiceDeps {
  database: Database;
  commit: Committer;
  keyring: Keyring;
  addresses: AddressPolicy;
  allowHttp: boolean;
  brand: string;
}

export interface EndpointInput {
  url?: string | undefined;
  description?: string | undefined;
  event_types?: string[] | undefined;
  enabled?: boolean | undefined;
  headers?: Record<string, string> | undefined;
  max_attempts?: number | null | undefined;
  timeout_ms?: number | null | undefined;
}

export type EndpointService = ReturnType<typeof createEndpointService>;

export function createEndpointService(deps: EndpointServiceDeps) {
  const { database, commit, keyring } = deps;
  return {
    /** The secret is in this answer and in no other. */
    create: (
      tenant: TenantScope,
      input: EndpointInput,
      request: RequestInfo,
    ): Promise<EndpointView & { secret: string }> =>
      commit(request, async ({ transaction }) => {
        const id = newUuid();
        const changes = checkedChanges(deps, id, input);
        const secret = generateWebhookSecret();
        const endpoint = { ...changes, id, secret_sealed: keyring.encrypt(secret, id) };
        return { ...toView(await insertEndpoint(transaction, tenant, endpoint), keyring), secret };
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
      commit(request, async ({ transaction }) => {
        const before = await lockEndpoint(transaction, tenant, id);
        if (!before) throw notFound();
        requireMatch(request.if_match, toView(before, keyring));
        return toView(await updateEndpoint(transaction, tenant, id, checkedChanges(deps, id, input)), keyring);
      }),

    async delete(tenant: TenantScope, id: string): Promise<void> {
      if (!(await deleteEndpoint(database, tenant, id))) throw notFound();
    },
  };
}

/** The rules that need configuration: where webhooks may go and which headers are ours. The same on create and update. */
function checkedChanges(deps: EndpointServiceDeps, id: string, input: EndpointInput): EndpointChanges {
  const details: ErrorDetail[] = [];
  const { headers, url, ...plain } = input;
  const changes: EndpointChanges = {};
  for (const [name, value] of Object.entries(plain)) if (value !== undefined) Object.assign(changes, { [name]: value });
  if (url !== undefined) {
    const checked = checkWebhookUrl(url, deps);
    if (checked.ok) changes.url = checked.url;
    else details.push({ path: 'url', message: checked.reason });
  }
  if (headers !== undefined) {
    details.push(...checkCustomHeaders(headers, deps.brand));
    const isEmpty = Object.keys(headers).length === 0;
    changes.headers_sealed = isEmpty ? null : deps.keyring.encrypt(JSON.stringify(headers), id);
  }
  if (details.length > 0) throw validationFailed(details);
  return changes;
}

/** Custom headers often hold credentials: their names are shown, their values are not. */
const MASKED = '********';

function toView(row: EndpointRow, keyring: Keyring): EndpointView {
  const headers = row.headers_sealed ? (JSON.parse(keyring.decrypt(row.headers_sealed, row.id)) as object) : {};
  return {
    id: toPublicId('endpoint', row.id),
    url: row.url,
    description: row.description,
    event_types: row.event_types,
    enabled: row.enabled,
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED])),
    max_attempts: row.max_attempts,
    timeout_ms: row.timeout_ms,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
