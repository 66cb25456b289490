import { writeAudit, type AuditEntry, type Executor } from '@switchboard/db';
import { urlWithoutSecrets, type Keyring } from '@switchboard/shared';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import { headersOf, maskedHeadersOf } from './presenter.js';
import type { EndpointRow } from './repository.js';

type Action = 'created' | 'updated' | 'enabled' | 'disabled' | 'deleted' | 'secret_rotated' | 'test_sent';

export interface AuditContext {
  transaction: Executor;
  tenant: TenantScope;
  request: RequestInfo;
}

export function writeEndpointAudit(
  { transaction, tenant, request }: AuditContext,
  endpointId: string,
  action: Action,
  what: Pick<AuditEntry, 'before' | 'after'>,
): Promise<void> {
  return writeAudit(transaction, {
    tenant_id: tenant.tenant_id,
    mode: tenant.mode,
    actor: request.actor,
    action: `webhook_endpoint.${action}`,
    target: { kind: 'webhook_endpoint', id: endpointId },
    request_id: request.request_id,
    ...what,
  });
}

/** The settings of an endpoint as the audit log shows them: header values and the URL's query are secrets. */
export function auditedSettings(row: EndpointRow, keyring: Keyring) {
  return {
    url: urlWithoutSecrets(row.url) + (new URL(row.url).search === '' ? '' : '?********'),
    headers: maskedHeadersOf(row, keyring),
    ...plainSettings(row),
  };
}

/** The settings that differ, as the audit log shows them; null where none does. */
export function auditedDifference(
  before: EndpointRow,
  after: EndpointRow,
  keyring: Keyring,
): { before: object; after: object } | null {
  // Compared are the values themselves: a header whose value alone changed is a change, though it looks the same.
  const [was, is] = [before, after].map((row) => ({
    url: row.url,
    headers: headersOf(row, keyring),
    ...plainSettings(row),
  })) as [Settings, Settings];
  const names = (Object.keys(is) as (keyof Settings)[]).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  );
  if (names.length === 0) return null;
  const pick = (settings: object) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name as keyof Settings)));
  return { before: pick(auditedSettings(before, keyring)), after: pick(auditedSettings(after, keyring)) };
}

type Settings = ReturnType<typeof auditedSettings>;

function plainSettings(row: EndpointRow) {
  const { description, event_types, max_attempts, timeout_ms, max_in_flight, rate_limit_per_second, ordering } = row;
  return { description, event_types, max_attempts, timeout_ms, max_in_flight, rate_limit_per_second, ordering };
}
