import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ReceivedPost } from '../receiver.js';

/** What receivers' libraries allow between the timestamp that was signed and their own clock. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Does what a receiver does with a POST before it believes it: the signature of Standard Webhooks, the simple one, and
 * the timestamp. Written against the published contract and not with our own signing code, which is what it checks.
 *
 * @param secrets those the receiver may know: one of them must fit each kind of signature
 * @returns what is wrong, or null
 */
export function signatureProblem(post: ReceivedPost, secrets: readonly string[]): string | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = post.headers;
  const sentAtMs = Number(timestamp) * 1_000;
  if (!(Math.abs(post.received_at_ms - sentAtMs) <= TOLERANCE_MS)) return `its timestamp ${timestamp} is too far off`;
  const given = signatures.split(' ');
  const fitsStandard = secrets.some((secret) => {
    const expected = `v1,${standardMac(secret, `${id}.${timestamp}.`, post.body)}`;
    return given.some((signature) => isSame(signature, expected));
  });
  if (!fitsStandard) return 'no secret fits its webhook-signature';
  const simple = post.headers['x-switchboard-signature'] ?? '';
  return secrets.some((secret) => isSame(simple, simpleMac(secret, post.body)))
    ? null
    : 'no secret fits its X-Switchboard-Signature';
}

function standardMac(secret: string, before: string, body: Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(before).update(body).digest('base64');
}

function simpleMac(secret: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function isSame(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
