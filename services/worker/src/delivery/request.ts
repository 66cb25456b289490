import type { DeliveryToAttempt } from '@switchboard/db';
import {
  brandHeaders,
  checkCustomHeaders,
  simpleSignature,
  standardSignatures,
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

/**
 * Builds and signs the request of one attempt. The body is the same on each, the signature is made afresh.
 *
 * @param loadedAtMs when the delivery was read, by `performance.now()`: attempts may have waited for their turn since
 */
export function buildRequest(
  deps: RequestDeps,
  delivery: DeliveryToAttempt,
  attempt: number,
  loadedAtMs = performance.now(),
): WebhookRequest {
  const body = Buffer.from(
    webhookBody({
      event: delivery.event_type,
      event_id: delivery.event_id,
      tenant_id: delivery.tenant_id,
      created_at: delivery.event_created_at,
      data_json: delivery.data_json,
    }),
  );
  const names = brandHeaders(deps.brand);
  const ours = {
    'Content-Type': 'application/json',
    'User-Agent': deps.userAgent,
    ...signatureHeaders(deps, delivery, body, performance.now() - loadedAtMs),
    [names.event]: delivery.event_type,
    [names.delivery]: toPublicId('delivery', delivery.delivery_id),
    [names.attempt]: String(attempt),
  };
  const custom = customHeaders(deps, delivery);
  const masked = Object.fromEntries(Object.keys(custom).map((name) => [name, MASKED]));
  return {
    url: delivery.url,
    headers: { ...custom, ...ours },
    loggedHeaders: { ...masked, ...ours },
    body,
    timeoutMs: delivery.timeout_ms ?? deps.defaultTimeoutMs,
  };
}

/**
 * While the overlap of a rotation lasts, both secrets sign, the new one first: a receiver verifies with either. The
 * simple header has room for one signature, which stays the old one, so that receivers change when they are ready.
 */
function signatureHeaders(
  { keyring, brand }: RequestDeps,
  delivery: DeliveryToAttempt,
  body: Buffer,
  sinceLoadedMs: number,
): Record<string, string> {
  const eventId = toPublicId('event', delivery.event_id);
  // The database's clock: receivers refuse a timestamp that is minutes off, and a worker's own clock may be.
  const timestamp = Math.floor((delivery.database_time.getTime() + sinceLoadedMs) / 1_000);
  const unseal = (sealed: Buffer) => keyring.decrypt(sealed, delivery.endpoint_id);
  const present = unseal(delivery.secret_sealed);
  const previous = delivery.previous_secret_sealed === null ? null : unseal(delivery.previous_secret_sealed);
  const secrets = previous === null ? [present] : [present, previous];
  return {
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignatures(secrets, eventId, timestamp, body),
    [brandHeaders(brand).signature]: simpleSignature(previous ?? present, body),
  };
}

/**
 * The endpoint's own headers, without those that the rule refuses today: an older row may hold one that frames the
 * message or, in whatever case, one of ours.
 */
function customHeaders({ keyring, brand }: RequestDeps, delivery: DeliveryToAttempt): Record<string, string> {
  if (delivery.headers_sealed === null) return {};
  const headers = JSON.parse(keyring.decrypt(delivery.headers_sealed, delivery.endpoint_id)) as Record<string, string>;
  const refused = new Set(checkCustomHeaders(headers, brand).map(({ path }) => path));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !refused.has(`headers.${name}`)));
}
