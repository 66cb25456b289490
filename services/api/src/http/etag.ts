import { AppError } from '@switchboard/shared';
import { createHash } from 'node:crypto';

/** A strong validator of the very bytes of an answer. */
export function etagOf(body: string): string {
  return `"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** A single resource's answer as bytes: what GET sends and what PATCH compares with. */
export function resourceBody(data: unknown): string {
  return JSON.stringify({ success: true, data });
}

/** @throws AppError precondition_failed where the caller saw another version than the present one */
export function requireMatch(ifMatch: string | undefined, current: unknown): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const present = etagOf(resourceBody(current));
  if (ifMatch.split(',').some((tag) => tag.trim() === present)) return;
  throw new AppError('precondition_failed', 'It has changed since you read it; read it again and repeat the change.');
}
