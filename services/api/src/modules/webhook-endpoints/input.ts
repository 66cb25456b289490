import {
  checkCustomHeaders,
  checkWebhookUrl,
  validationFailed,
  type AddressPolicy,
  type ErrorDetail,
  type Keyring,
} from '@switchboard/shared';
import { withoutUndefined } from '../../http/changes.js';
import type { EndpointChanges } from './repository.js';

export interface EndpointInput {
  url?: string | undefined;
  description?: string | undefined;
  event_types?: string[] | undefined;
  enabled?: boolean | undefined;
  headers?: Record<string, string> | undefined;
  max_attempts?: number | null | undefined;
  timeout_ms?: number | null | undefined;
  max_in_flight?: number | null | undefined;
  rate_limit_per_second?: number | null | undefined;
  ordering?: 'none' | 'fifo' | undefined;
}

export interface EndpointRules {
  keyring: Keyring;
  addresses: AddressPolicy;
  allowHttp: boolean;
  brand: string;
}

/**
 * The rules that need configuration: where webhooks may go and which headers are ours. The same on create and update.
 *
 * @throws AppError validation_failed
 */
export function checkedChanges(rules: EndpointRules, id: string, input: EndpointInput): EndpointChanges {
  const details: ErrorDetail[] = [];
  const { headers, url, enabled: _switch, ...plain } = input;
  const changes: EndpointChanges = withoutUndefined(plain);
  if (url !== undefined) {
    const checked = checkWebhookUrl(url, rules);
    if (checked.ok) changes.url = checked.url;
    else details.push({ path: 'url', message: checked.reason });
  }
  if (headers !== undefined) {
    details.push(...checkCustomHeaders(headers, rules.brand));
    const isEmpty = Object.keys(headers).length === 0;
    changes.headers_sealed = isEmpty ? null : rules.keyring.encrypt(JSON.stringify(headers), id);
  }
  if (details.length > 0) throw validationFailed(details);
  return changes;
}
