import { AppError } from '@switchboard/shared';
import express, { type RequestHandler } from 'express';
import { isUtf8 } from 'node:buffer';

/** Bodies of the public API. A webhook's receiver would hardly take more, and a larger one is most often a mistake. */
export const BODY_LIMIT_BYTES = 256 * 1024;

/** Reads a JSON body, and refuses any other kind of content instead of taking it for an empty one. */
export function jsonBody(limitBytes = BODY_LIMIT_BYTES): RequestHandler[] {
  // Not strict: `null` and `"text"` are JSON, so it is the route's schema that refuses them.
  return [
    requireJson,
    express.json({ limit: limitBytes, type: () => true, inflate: true, strict: false, verify: requireUtf8 }),
  ];
}

/**
 * Decoding would put U+FFFD in the place of a broken character without a word, and so change what the caller sent.
 * body-parser sets properties on what it catches, so this throws plain errors; errors.ts knows them by their type.
 */
function requireUtf8(_req: unknown, _res: unknown, body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw Object.assign(new Error('unsupported charset'), { type: 'charset.unsupported' });
  if (!isUtf8(body)) throw new Error('not UTF-8');
}

const METHODS_WITH_BODY = new Set(['POST', 'PATCH', 'PUT']);

const requireJson: RequestHandler = (req, _res, next) => {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (METHODS_WITH_BODY.has(req.method) && hasBody && !req.is('application/json')) {
    throw new AppError('unsupported_media_type', 'Send the body as Content-Type: application/json.');
  }
  next();
};
