import { createHmac, randomBytes } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new endpoint secret: `whsec_` + base64 of 32 random bytes (Standard Webhooks asks for 24 to 64). */
export function generateWebhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * One `v1,<base64>` signature of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, keyed with the decoded
 * part of the secret. `body` must be the very bytes that are sent (invariant 6).
 */
export function standardSignature(secret: string, id: string, timestampSeconds: number, body: Buffer): string {
  const key = Buffer.from(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret, 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestampSeconds}.`).update(body).digest('base64');
  return `v1,${mac}`;
}

/** The `webhook-signature` header: one signature a secret, in their order, separated by spaces. A receiver needs only one to fit. */
export function standardSignatures(
  secrets: readonly string[],
  id: string,
  timestampSeconds: number,
  body: Buffer,
): string {
  return secrets.map((secret) => standardSignature(secret, id, timestampSeconds, body)).join(' ');
}

/** `sha256=<hex>` for simple receivers: HMAC-SHA256 over the body alone, keyed with the secret string as it was shown. */
export function simpleSignature(secret: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
