import { Router } from 'express';
import { parseBody, sendData } from '../http/by-hand.js';
import type { createInvitationDesk } from '../modules/people/invitations.js';
import { acceptInvitationBody, showInvitationBody } from '../modules/people/schemas.js';
import { visitorOf } from '../modules/sessions/visitor.js';
import type { SessionDoor } from './session-door.js';

/** For somebody who holds an invitation's link. The token comes in a body: a URL would end up in logs. */
export function invitationRouter(desk: ReturnType<typeof createInvitationDesk>, door: SessionDoor): Router {
  const router = Router();
  router.post('/invitations/show', async (req, res) => {
    sendData(res, await desk.show(parseBody(showInvitationBody, req).token));
  });
  router.post('/invitations/accept', async (req, res) => {
    const started = await desk.accept(parseBody(acceptInvitationBody, req), visitorOf(req, res));
    sendData(res, await door.letIn(req, res, started));
  });
  return router;
}
