import type { Request, Response } from 'express';
import '../../http/locals.js';

/** Where a request comes from. */
export interface Visitor {
  ip: string | null;
  user_agent: string | null;
  request_id: string;
}

const MAX_USER_AGENT_LENGTH = 300;

export function visitorOf(req: Request, res: Response): Visitor {
  return {
    ip: req.ip ?? null,
    user_agent: req.get('user-agent')?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
    request_id: res.locals.context.request_id,
  };
}
