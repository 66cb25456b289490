import { AppError } from '@switchboard/shared';
import type { Request, RequestHandler, Response } from 'express';
import type { TenantContext } from './route.js';
import './locals.js';

export interface ApiKeyAuthDeps {
  /** The tenant behind a key, or null where the key is unknown, revoked or expired; which of them is nobody's business. */
  authenticate(key: string): Promise<TenantContext | null>;
  allowQueryKey: boolean;
  /** Told of every request without a valid key, so that guessing becomes slow. */
  onFailure(address: string, res: Response): Promise<void>;
}

/** Every request of the public API has exactly one valid key, in one of three places (design.md, section 6). */
export function apiKeyAuth(deps: ApiKeyAuthDeps): RequestHandler {
  return async (req, res, next) => {
    const keys = presentedKeys(req, deps.allowQueryKey);
    if (keys.size > 1) throw new AppError('bad_request', 'The request presents two different API keys.');
    const [key] = keys;
    const tenant = key === undefined ? null : await deps.authenticate(key);
    if (!tenant) {
      await deps.onFailure(req.ip ?? '', res);
      res.set('WWW-Authenticate', 'Bearer');
      throw new AppError('unauthorized', 'Present a valid API key, for example as "Authorization: Bearer <key>".');
    }
    res.locals.context.tenant = tenant;
    next();
  };
}

function presentedKeys(req: Request, allowQueryKey: boolean): Set<string> {
  const keys = new Set<string>();
  const bearer = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) keys.add(bearer);
  // A header that was sent twice arrives as one, joined by commas; no key holds a comma.
  for (const key of (req.get('x-api-key') ?? '').split(',')) keys.add(key.trim());
  if (allowQueryKey && 'api_key' in req.query) {
    for (const key of [req.query.api_key].flat()) if (typeof key === 'string') keys.add(key);
    // The routes refuse query parameters that they do not know; this one has done its work.
    const query = { ...req.query };
    delete query.api_key;
    Object.defineProperty(req, 'query', { value: query, configurable: true });
  }
  keys.delete('');
  return keys;
}
