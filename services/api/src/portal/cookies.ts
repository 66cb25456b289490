import { parseCookie, stringifySetCookie, type SetCookie } from 'cookie';
import type { Request, Response } from 'express';

const BASE = '/settings/api';
export const COOKIE_NAMES = { access: 'switchboard_session', refresh: 'switchboard_refresh' } as const;

const ACCESS = { name: COOKIE_NAMES.access, path: BASE };
/** Sent to the few routes that need it, so that it passes fewer hands. */
const REFRESH = { name: COOKIE_NAMES.refresh, path: `${BASE}/session` };

export interface CookieSettings {
  /** The installation's public address. */
  publicUrl: string;
  /** Whether other sites may show the portal in a frame. */
  isFramed: boolean;
}

/** Puts a session's tokens into the browser, out of reach of scripts. */
export interface SessionCookies {
  read(req: Request): { access: string | undefined; refresh: string | undefined };
  set(req: Request, res: Response, tokens: SentTokens): void;
  clear(req: Request, res: Response): void;
}

export interface SentTokens {
  kind: 'user' | 'portal_link';
  access: { token: string; expiresAt: Date };
  /** null: the browser has the newest already. */
  refresh: { token: string; expiresAt: Date } | null;
}

type Attributes = Omit<SetCookie, 'name' | 'value' | 'path' | 'expires'>;

export function createSessionCookies({ publicUrl, isFramed }: CookieSettings): SessionCookies {
  /** Behind plain HTTP a browser would drop a Secure cookie; who is reached by HTTPS says so in PUBLIC_URL. */
  const firstParty = (req: Request): Attributes => ({
    httpOnly: true,
    sameSite: 'lax',
    secure: req.secure || publicUrl.startsWith('https:'),
  });
  /** In another site's frame a browser sends no other cookie; each site that embeds gets one of its own. */
  const framed: Attributes = { httpOnly: true, sameSite: 'none', secure: true, partitioned: true };
  const remove = (res: Response, attributes: Attributes) => {
    for (const cookie of [ACCESS, REFRESH]) append(res, { ...cookie, ...attributes, value: '', maxAge: 0 });
  };
  return {
    read: (req) => {
      const cookies = parseCookie(req.get('cookie') ?? '');
      return { access: cookies[ACCESS.name], refresh: cookies[REFRESH.name] };
    },
    set: (req, res, { kind, access, refresh }) => {
      const isInFrame = isFramed && kind === 'portal_link';
      // The two kinds lie beside each other in the browser, and it would send both.
      if (isFramed) remove(res, isInFrame ? firstParty(req) : framed);
      const attributes = isInFrame ? framed : firstParty(req);
      append(res, { ...ACCESS, ...attributes, value: access.token, expires: access.expiresAt });
      if (refresh) append(res, { ...REFRESH, ...attributes, value: refresh.token, expires: refresh.expiresAt });
    },
    clear: (req, res) => {
      remove(res, firstParty(req));
      if (isFramed) remove(res, framed);
    },
  };
}

function append(res: Response, cookie: SetCookie): void {
  res.append('Set-Cookie', stringifySetCookie(cookie));
}
