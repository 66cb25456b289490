import type { DeliveryToAttempt } from '@switchboard/db';
import {
  brandHeaders,
  simpleSignature,
  standardSignature,
  toPublicId,
  webhookBody,
  type Keyring,
} from '@switchboard/shared';

/** One POST, ready to send. */
export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  /** The headers as the log keeps them: custom ones masked, because they often hold the receiver's credentials. */
  loggedHeaders: Record<string, string>;
  body: Buffer;
  timeoutMs: number;
}

export interface RequestDeps {
  keyring: Keyring;
  brand: string;
  userAgent: string;
  defaultTimeoutMs: number;
}

const MASKED = '********';

/** Builds and signs the request of one attempt. The body is the same on each, the signature is made afresh. */
export function buildRequest(deps: RequestDeps, delivery: DeliveryToAttempt, attempt: number): WebhookRequest {
  const eventId = toPublicId('event', delivery.event_id);
  const body = Buffer.from(
    webhookBody({
      event: delivery.event_type,
      event_id: delivery.event_id,
      tenant_id: delivery.tenant_id,
      created_at: delivery.event_created_at,
      data_json: delivery.data_json,
    }),
  );
  const secret = deps.keyring.decrypt(delivery.secret_sealed, delivery.endpoint_id);
  // The database's clock: receivers refuse a timestamp that is minutes off, and a worker's own clock may be.
  const timestamp = Math.floor(delivery.database_time.getTime() / 1_000);
  const names = brandHeaders(deps.brand);
  const ours = {
    'Content-Type': 'application/json',
    'User-Agent': deps.userAgent,
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(secret, eventId, timestamp, body),
    [names.signature]: simpleSignature(secret, body),
    [names.event]: delivery.event_type,
    [names.delivery]: toPublicId('delivery', delivery.delivery_id),
    [names.attempt]: String(attempt),
  };
  const custom = customHeaders(deps.keyring, delivery);
  const masked = Object.fromEntries(Object.keys(custom).map((name) => [name, MASKED]));
  return {
    url: delivery.url,
    headers: { ...custom, ...ours },
    loggedHeaders: { ...masked, ...ours },
    body,
    timeoutMs: delivery.timeout_ms ?? deps.defaultTimeoutMs,
  };
}

function customHeaders(keyring: Keyring, delivery: DeliveryToAttempt): Record<string, string> {
  if (delivery.headers_sealed === null) return {};
  return JSON.parse(keyring.decrypt(delivery.headers_sealed, delivery.endpoint_id)) as Record<string, string>;
}
