import { AppError } from '@switchboard/shared';
import { Router, type Request, type Response } from 'express';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import '../http/locals.js';

/** Where the page's build lies, seen from src/portal and from dist/portal alike. */
export const PORTAL_FOLDER = fileURLToPath(new URL('../../../portal/dist', import.meta.url));

export interface PageOptions {
  folder: string;
  frameAncestors: readonly string[];
}

const ONE_YEAR_MS = 365 * 86_400_000;

/** Below assets/ the name of a file changes with its content. A name holds no slash, so it leads out of no folder. */
const HASHED_FILE = /^\/assets\/[\w-][\w.-]*$/;
const OTHER_FILE = /^\/[\w-]+\.(?:css|ico|js|png|svg|txt|webmanifest|woff2)$/;

/**
 * The page and its files. What a browser navigates to is the page, wherever in the portal it is: the page itself knows
 * its screens. The same address asked for JSON is data, and passes on.
 */
export function portalPage({ folder, frameAncestors }: PageOptions): Router {
  const router = Router();
  router.use((req, res, next) => {
    const isReading = req.method === 'GET' || req.method === 'HEAD';
    if (isReading && HASHED_FILE.test(req.path)) return sendFile(req, res, { folder, isHashed: true });
    if (isReading && OTHER_FILE.test(req.path)) return sendFile(req, res, { folder, isHashed: false });
    res.vary('Accept');
    if (isReading && isNavigation(req)) return sendPage(res, { folder, frameAncestors });
    next();
  });
  return router;
}

/** A download is a link too: the browser asks for it as it asks for a page. */
function isNavigation(req: Request): boolean {
  return !req.path.endsWith('.csv') && req.accepts(['application/json', 'text/html']) === 'text/html';
}

function sendFile(req: Request, res: Response, { folder, isHashed }: { folder: string; isHashed: boolean }): void {
  res.locals.context.route = isHashed ? '/settings/api/assets' : '/settings/api/file';
  const name = req.path.slice(1);
  if (!existsSync(path.join(folder, name))) {
    res.set('Cache-Control', 'no-store');
    throw new AppError('not_found', 'There is no such file; load the page anew.');
  }
  const compressed = `${name}.gz`;
  const isCompressed = req.acceptsEncodings('gzip') === 'gzip' && existsSync(path.join(folder, compressed));
  res.vary('Accept-Encoding');
  res.type(path.extname(name));
  if (isCompressed) res.set('Content-Encoding', 'gzip');
  const caching = isHashed ? { maxAge: ONE_YEAR_MS, immutable: true } : { maxAge: 0 };
  res.sendFile(isCompressed ? compressed : name, { root: folder, ...caching });
}

async function sendPage(res: Response, { folder, frameAncestors }: PageOptions): Promise<void> {
  res.locals.context.route = '/settings/api';
  res.set('Content-Security-Policy', contentSecurityPolicy(frameAncestors));
  // The older header knows no list of origins; browsers that know frame-ancestors go by that alone.
  if (frameAncestors.length === 0) res.set('X-Frame-Options', 'DENY');
  else res.removeHeader('X-Frame-Options');
  res.set('Cache-Control', 'no-store').type('html');
  const html = await readFile(path.join(folder, 'index.html'), 'utf8').catch(() => null);
  if (html === null) res.status(503).set('Retry-After', '60').send(NOT_BUILT);
  else res.send(html);
}

function contentSecurityPolicy(frameAncestors: readonly string[]): string {
  const directives = [
    ...[`default-src 'none'`, `script-src 'self'`, `style-src 'self'`, `img-src 'self' data:`, `font-src 'self'`],
    ...[`connect-src 'self'`, `manifest-src 'self'`, `form-action 'self'`, `base-uri 'none'`],
    `frame-ancestors ${frameAncestors.length === 0 ? `'none'` : frameAncestors.join(' ')}`,
  ];
  return directives.join('; ');
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>The portal is not built yet</title></head>
<body>
<h1>The portal is not built yet</h1>
<p>The API runs, but the page's files are missing. Run <code>npm run build</code> in the repository and load this page again.</p>
</body>
</html>
`;
