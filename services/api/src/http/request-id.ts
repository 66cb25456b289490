import { newUuid } from '@switchboard/shared';
import type { RequestHandler } from 'express';
import './locals.js';

/** What a caller may name its request: enough for every tracing id in use, and nothing that could break a log line. */
const ACCEPTED_REQUEST_ID = /^[A-Za-z0-9_.:-]{1,100}$/;

/** Takes the caller's X-Request-Id or makes one; it is answered, logged, and goes with the event to the attempt. */
export function requestId(): RequestHandler {
  return (req, res, next) => {
    const given = req.get('x-request-id');
    const id = given !== undefined && ACCEPTED_REQUEST_ID.test(given) ? given : `req_${newUuid().replaceAll('-', '')}`;
    res.locals.context = { request_id: id };
    res.set('X-Request-Id', id);
    next();
  };
}
