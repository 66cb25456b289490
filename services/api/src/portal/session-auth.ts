import { AppError, fromPublicId, notFound, type Ability, type Mode } from '@switchboard/shared';
import type { Request, RequestHandler } from 'express';
import '../http/locals.js';
import type { Access, Choice } from '../modules/sessions/access.js';
import type { LiveSessionRow } from '../modules/sessions/repository.js';
import type { SessionTokens } from '../modules/sessions/tokens.js';
import type { SessionCookies } from './cookies.js';
import { isReading } from './same-origin.js';

export interface SessionAuthDeps {
  tokens: SessionTokens;
  cookies: SessionCookies;
  findSession(id: string): Promise<LiveSessionRow | null>;
  enter(session: LiveSessionRow, choice: Choice): Promise<Access>;
}

export interface PresentSession {
  session: LiveSessionRow;
  access_expires_at: Date;
}

/** Every request of the page: a session, its CSRF token where something is changed, and the tenant that was chosen. */
export function sessionAuth(deps: SessionAuthDeps): RequestHandler {
  return async (req, res, next) => {
    const { session } = await requireSession(req, deps);
    const choice = readChoice(req);
    const { tenant, session: shown } = await deps.enter(session, choice);
    const context = res.locals.context;
    context.session = shown;
    context.tenant = tenant;
    context.accessHolds = (ability) => accessHolds(deps, session.id, choice, ability);
    next();
  };
}

/** @throws AppError unauthorized without a session, forbidden without the CSRF token that belongs to it */
export async function requireSession(req: Request, deps: Omit<SessionAuthDeps, 'enter'>): Promise<PresentSession> {
  const { access } = deps.cookies.read(req);
  const verified = access === undefined ? null : deps.tokens.verifyAccess(access);
  const session = verified && (await deps.findSession(verified.session_id));
  if (!session) throw new AppError('unauthorized', 'Your session has ended. Sign in again.');
  if (!isReading(req)) requireCsrfToken(req, session.id, deps.tokens);
  return { session, access_expires_at: verified.expires_at };
}

export function requireCsrfToken(req: Request, sessionId: string, tokens: SessionTokens): void {
  if (tokens.isCsrfTokenOf(sessionId, req.get('x-csrf-token') ?? '')) return;
  throw new AppError('forbidden', 'The header X-CSRF-Token must hold the csrf_token of the session.');
}

/** By headers; a stream or a download cannot send any and names them in its query. */
function readChoice(req: Request): Choice {
  const query = { ...req.query };
  const tenant = req.get('x-tenant-id') ?? (isReading(req) ? textOf(query.tenant_id) : undefined);
  const mode = req.get('x-mode') ?? (isReading(req) ? textOf(query.mode) : undefined);
  if (isReading(req)) {
    // The routes refuse query parameters that they do not know; these have done their work.
    delete query.tenant_id;
    delete query.mode;
    Object.defineProperty(req, 'query', { value: query, configurable: true });
  }
  return { tenant_id: tenantIdOf(tenant), mode: modeOf(mode) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function tenantIdOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const id = fromPublicId('tenant', text);
  if (id === null) throw notFound();
  return id;
}

function modeOf(text: string | undefined): Mode | null {
  if (text === undefined || text === 'live' || text === 'test') return text ?? null;
  throw new AppError('bad_request', 'The header X-Mode is live or test.');
}

async function accessHolds(deps: SessionAuthDeps, id: string, choice: Choice, ability: Ability): Promise<boolean> {
  const session = await deps.findSession(id);
  if (!session) return false;
  try {
    return (await deps.enter(session, choice)).session.abilities.includes(ability);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
