import { Router, type RequestHandler } from 'express';
import { jsonBody } from '../http/json-body.js';
import { mountRoutes, type MountOptions } from '../http/mount.js';
import { createInvitationDesk } from '../modules/people/invitations.js';
import { createLinkOpener } from '../modules/portal-links/service.js';
import { enterTenant } from '../modules/sessions/access.js';
import { createSessionService } from '../modules/sessions/service.js';
import { createSignInSlowDown } from '../modules/sessions/slow-down.js';
import { createSessionTokens } from '../modules/sessions/tokens.js';
import { createSessionCookies } from './cookies.js';
import { invitationRouter } from './invitation-router.js';
import { portalPage } from './page.js';
import { portalRoutesOf, type PortalRoutesDeps } from './routes.js';
import { sameOriginOnly } from './same-origin.js';
import { sessionAuth } from './session-auth.js';
import { createSessionDoor } from './session-door.js';
import { sessionRouter } from './session-router.js';

export interface PortalDeps extends PortalRoutesDeps {
  /** Origins whose pages may show the portal in a frame. */
  frameAncestors: readonly string[];
  /** Where the page was built to. */
  portalFolder: string;
}

/** The portal below /settings/api, in the order a request passes through it. */
export function portalRouter(deps: PortalDeps, options: MountOptions): Router {
  const { database, brand, keyPrefix, publicUrl } = deps;
  const tokens = createSessionTokens(deps.keyring);
  const cookies = createSessionCookies({ publicUrl, isFramed: deps.frameAncestors.length > 0 });
  const slowDown = createSignInSlowDown(deps.counters);
  const sessions = createSessionService({ database, slowDown });
  const facts = { brand, keyPrefix, emailsAreSent: deps.mailer !== null };
  const door = createSessionDoor({ sessions, tokens, cookies, facts });
  const auth = { tokens, cookies, findSession: sessions.find };
  const router = Router();
  router.use(portalPage({ folder: deps.portalFolder, frameAncestors: deps.frameAncestors }));
  router.use(neverCached);
  router.use(sameOriginOnly(publicUrl));
  router.use(jsonBody());
  router.use(sessionRouter({ ...auth, sessions, door, openLink: createLinkOpener(database) }));
  router.use(invitationRouter(createInvitationDesk({ database, slowDown }), door));
  router.use(sessionAuth({ ...auth, enter: (session, choice) => enterTenant(database, session, choice) }));
  router.use(mountRoutes(portalRoutesOf(deps), options));
  return router;
}

/** The same address answers for each tenant and mode that somebody chooses, and some answers hold a secret. */
const neverCached: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
