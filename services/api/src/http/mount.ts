import { AppError, grantsScope, validationFailed, type ErrorDetail, type Scope } from '@switchboard/shared';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { notAllowed, requireAbility } from './ability.js';
import { etagOf } from './etag.js';
import { idempotentRequest, ReplayedAnswer } from './idempotency.js';
import type { AnyPlatformRoute, AnyPortalRoute, AnyTenantRoute, Reply, RequestInfo, TenantContext } from './route.js';
import type { RequestContext } from './locals.js';

type AnyRoute = AnyTenantRoute | AnyPlatformRoute | AnyPortalRoute;

export interface MountOptions {
  /** @throws AppError entitlement_required where the tenant's plan does not have what the scope belongs to */
  requireEntitlement?(tenant: TenantContext, scope: Scope): Promise<void>;
}

/** A router that serves these routes: scope check, validation, handler, envelope. */
export function mountRoutes(routes: readonly AnyRoute[], options: MountOptions = {}): Router {
  const router = Router();
  for (const route of routes) {
    router[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), handlerOf(route, options));
  }
  return router;
}

function handlerOf(route: AnyRoute, options: MountOptions): RequestHandler {
  const handle = route.handle as (input: object) => Promise<Reply>;
  return async (req, res) => {
    const { context } = res.locals;
    context.route = route.path;
    if ('scope' in route && context.tenant) {
      await options.requireEntitlement?.(context.tenant, route.scope);
      requireScope(context, route.scope);
    }
    if ('ability' in route) requireAbility(context.session, route.ability);
    const input = parseInput(route, req);
    try {
      const { tenant, session } = context;
      const reply = await handle({ ...input, request: requestInfo(route, req, res), tenant, session });
      if (reply.stream) await reply.stream(res);
      else send(req, res, reply);
    } catch (error) {
      if (!(error instanceof ReplayedAnswer)) throw error;
      res.status(error.status).set('Idempotency-Replayed', 'true').type('json').send(error.body);
    }
  };
}

/** One resource read or changed carries its version; express answers 304 where the caller has it already. */
function send(req: Request, res: Response, reply: Reply): void {
  const body = JSON.stringify({ success: true, data: reply.data, ...(reply.meta && { meta: reply.meta }) });
  if (req.method === 'GET' || req.method === 'PATCH') res.set('ETag', etagOf(body));
  res.status(reply.status).type('json').send(body);
}

function requestInfo(route: AnyRoute, req: Request, res: Response): RequestInfo {
  const { request_id, tenant } = res.locals.context;
  const key = req.get('idempotency-key');
  const ifMatch = req.get('if-match');
  return {
    request_id,
    actor: tenant ? { ...tenant.caller, ip: req.ip ?? null } : { kind: 'platform', ip: req.ip ?? null },
    hangup: () => hangupOf(res),
    ...(route.method === 'post' &&
      tenant &&
      key !== undefined && {
        idempotency: idempotentRequest(
          key,
          { tenant_id: tenant.tenant_id, mode: tenant.mode, route: req.baseUrl + req.path },
          req.body,
          route.success.status,
        ),
      }),
    ...(route.method === 'patch' && ifMatch !== undefined && { if_match: ifMatch }),
  };
}

function hangupOf(res: Response): AbortSignal {
  const controller = new AbortController();
  if (res.closed) controller.abort();
  else res.once('close', () => controller.abort());
  return controller.signal;
}

function requireScope({ tenant, session }: RequestContext, needed: Scope): void {
  if (grantsScope(tenant?.scopes ?? [], needed)) return;
  if (session) throw notAllowed(session);
  throw new AppError('insufficient_scope', `This key lacks the scope ${needed}.`);
}

/** All that is wrong with params, query and body together, so that a caller mends it in one go. */
function parseInput(route: AnyRoute, req: Request) {
  const details: ErrorDetail[] = [];
  const input = {
    params: parsePart(route.params, req.params, details),
    query: parsePart(route.query, req.query, details),
    // An absent body is an empty one: what it lacks is then named field by field.
    body: parsePart(route.body, req.body === undefined ? {} : req.body, details),
  };
  if (!route.query) refuseUnknownQuery(req, details);
  if (details.length > 0) throw validationFailed(details);
  return input;
}

export function parsePart(schema: z.ZodType | undefined, value: unknown, details: ErrorDetail[]): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  details.push(...result.error.issues.flatMap(detailsOf));
  return undefined;
}

function refuseUnknownQuery(req: Request, details: ErrorDetail[]): void {
  for (const name of Object.keys(req.query)) details.push({ path: name, message: 'is not a known query parameter' });
}

function detailsOf(issue: z.core.$ZodIssue): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not a known field' }));
  }
  return [{ path: issue.path.join('.'), message: issue.message }];
}
