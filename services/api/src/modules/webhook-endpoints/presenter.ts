import { toPublicId, type Keyring } from '@switchboard/shared';
import type { EndpointRow } from './repository.js';
import type { EndpointView } from './schemas.js';

/** Custom headers often hold credentials: their names are shown, their values are not. */
const MASKED = '********';

export function headersOf(row: EndpointRow, keyring: Keyring): Record<string, string> {
  if (!row.headers_sealed) return {};
  return JSON.parse(keyring.decrypt(row.headers_sealed, row.id)) as Record<string, string>;
}

export function maskedHeadersOf(row: EndpointRow, keyring: Keyring): Record<string, string> {
  return Object.fromEntries(Object.keys(headersOf(row, keyring)).map((name) => [name, MASKED]));
}

export function toView(row: EndpointRow, keyring: Keyring): EndpointView {
  return {
    id: toPublicId('endpoint', row.id),
    url: row.url,
    description: row.description,
    event_types: row.event_types,
    enabled: row.enabled,
    disabled_reason: row.disabled_reason,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    headers: maskedHeadersOf(row, keyring),
    max_attempts: row.max_attempts,
    timeout_ms: row.timeout_ms,
    max_in_flight: row.max_in_flight,
    rate_limit_per_second: row.rate_limit_per_second,
    ordering: row.ordering,
    previous_secret_expires_at: row.previous_secret_expires_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
