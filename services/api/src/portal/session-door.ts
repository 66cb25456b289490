import type { Request, Response } from 'express';
import { toSessionView, type InstallationFacts, type SessionView } from '../modules/sessions/presenter.js';
import type { LiveSessionRow } from '../modules/sessions/repository.js';
import type { SessionService, StartedSession } from '../modules/sessions/service.js';
import { ACCESS_TOKEN_MS, type SessionTokens } from '../modules/sessions/tokens.js';
import type { SessionCookies } from './cookies.js';

export interface SessionDoorDeps {
  sessions: SessionService;
  tokens: SessionTokens;
  cookies: SessionCookies;
  facts: InstallationFacts;
}

/** Lets somebody in: cookies into the browser, and what the page is told. */
export interface SessionDoor {
  letIn(req: Request, res: Response, started: StartedSession): Promise<SessionView>;
  /** For somebody who is in. */
  show(session: LiveSessionRow, accessExpiresAt: Date): Promise<SessionView>;
}

export function createSessionDoor({ sessions, tokens, cookies, facts }: SessionDoorDeps): SessionDoor {
  const accessEnd = (session: LiveSessionRow) =>
    new Date(Math.min(Date.now() + ACCESS_TOKEN_MS, session.expires_at.getTime()));
  const show = async (session: LiveSessionRow, access_expires_at: Date) => {
    const tenants = await sessions.listTenants(session, '');
    return toSessionView(session, tenants, { csrf_token: tokens.csrfTokenOf(session.id), access_expires_at, facts });
  };
  return {
    letIn: (req, res, { session, refresh_token }) => {
      const expiresAt = accessEnd(session);
      cookies.set(req, res, {
        kind: session.user_id === null ? 'portal_link' : 'user',
        access: { token: tokens.signAccess(session.id, expiresAt), expiresAt },
        refresh: refresh_token === null ? null : { token: refresh_token, expiresAt: session.expires_at },
      });
      return show(session, expiresAt);
    },
    show,
  };
}
