import { AppError } from '@switchboard/shared';
import type { Request, RequestHandler } from 'express';

/**
 * Refuses what another site's page sends. Browsers say where a request comes from, and no page can make them lie; a
 * program that says nothing is no browser and carries nobody's cookies. Guards signing in too, for which there is no
 * session yet whose CSRF token could be asked for.
 */
export function sameOriginOnly(publicUrl: string): RequestHandler {
  const publicOrigin = new URL(publicUrl).origin;
  return (req, _res, next) => {
    if (!isReading(req) && (isFromElsewhere(req, publicOrigin) || isCrossSite(req))) {
      throw new AppError(
        'forbidden',
        'This request comes from another site. If it does not, PUBLIC_URL is not the address in the browser.',
      );
    }
    next();
  };
}

export function isReading({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isFromElsewhere(req: Request, publicOrigin: string): boolean {
  const origin = req.get('origin');
  return origin !== undefined && origin !== publicOrigin && origin !== `${req.protocol}://${req.host}`;
}

function isCrossSite(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}
