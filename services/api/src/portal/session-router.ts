import { AppError } from '@switchboard/shared';
import { Router, type Request, type Response } from 'express';
import { parseBody, parseQuery, sendData } from '../http/by-hand.js';
import { toShownTenant } from '../modules/sessions/presenter.js';
import { changePasswordBody, openLinkBody, signInBody, tenantsQuery } from '../modules/sessions/schemas.js';
import type { SessionService, StartedSession } from '../modules/sessions/service.js';
import { parseRefreshToken } from '../modules/sessions/tokens.js';
import { visitorOf, type Visitor } from '../modules/sessions/visitor.js';
import { requireCsrfToken, requireSession, type SessionAuthDeps } from './session-auth.js';
import type { SessionDoor } from './session-door.js';

export interface SessionRouterDeps extends Omit<SessionAuthDeps, 'enter'> {
  sessions: SessionService;
  door: SessionDoor;
  openLink(token: string, visitor: Visitor): Promise<StartedSession>;
}

/** What is asked for with a session of one's own or none, and for no tenant. These set cookies, so they are by hand. */
export function sessionRouter(deps: SessionRouterDeps): Router {
  const { sessions, door } = deps;
  const router = Router();
  router.post('/session', async (req, res) => {
    const started = await sessions.signIn(parseBody(signInBody, req), visitorOf(req, res));
    sendData(res, await door.letIn(req, res, started));
  });
  router.get('/session', async (req, res) => {
    const { session, access_expires_at } = await requireSession(req, deps);
    sendData(res, await door.show(session, access_expires_at));
  });
  router.post('/session/refresh', async (req, res) => {
    // Without a CSRF token: the page asks for this before it has one. Cookies and origin guard it, and nothing is told.
    const { refresh } = deps.cookies.read(req);
    const started = await sessions.refresh(refresh ?? '', visitorOf(req, res));
    sendData(res, await door.letIn(req, res, started));
  });
  router.post('/session/open-link', async (req, res) => {
    const { token } = parseBody(openLinkBody, req);
    sendData(res, await door.letIn(req, res, await deps.openLink(token, visitorOf(req, res))));
  });
  router.post('/session/password', async (req, res) => {
    const { session } = await requireSession(req, deps);
    await sessions.changePassword(session, parseBody(changePasswordBody, req), visitorOf(req, res));
    sendData(res, { changed: true });
  });
  router.delete('/session', (req, res) => signOut(req, res, deps));
  router.get('/tenants', async (req, res) => {
    const { session } = await requireSession(req, deps);
    const found = await sessions.listTenants(session, parseQuery(tenantsQuery, req).search);
    sendData(
      res,
      found.map((tenant) => toShownTenant(session, tenant)),
    );
  });
  return router;
}

/** Also with an access token that has run out: who wants to leave is not asked to come in first. */
async function signOut(req: Request, res: Response, { sessions, tokens, cookies }: SessionRouterDeps): Promise<void> {
  const { access, refresh } = cookies.read(req);
  const sessionId = tokens.verifyAccess(access ?? '')?.session_id ?? parseRefreshToken(refresh ?? '')?.sessionId;
  if (sessionId === undefined) throw new AppError('unauthorized', 'There is no session to end.');
  requireCsrfToken(req, sessionId, tokens);
  await sessions.signOut(sessionId);
  cookies.clear(req, res);
  sendData(res, { signed_out: true });
}
