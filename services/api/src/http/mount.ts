import { AppError, grantsScope, validationFailed, type ErrorDetail, type Scope } from '@switchboard/shared';
import { Router, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import type { AnyPlatformRoute, AnyTenantRoute, Reply } from './route.js';

/** A router that serves these routes: validation, scope check, handler, envelope. */
export function mountRoutes(routes: readonly (AnyTenantRoute | AnyPlatformRoute)[]): Router {
  const router = Router();
  for (const route of routes) {
    router[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), handlerOf(route));
  }
  return router;
}

function handlerOf(route: AnyTenantRoute | AnyPlatformRoute): RequestHandler {
  const handle = route.handle as (input: object) => Promise<Reply>;
  return async (req, res) => {
    const { context } = res.locals;
    context.route = route.path;
    if ('scope' in route) requireScope(context.tenant?.scopes ?? [], route.scope);
    const input = parseInput(route, req);
    const reply = await handle({ ...input, request: { request_id: context.request_id }, tenant: context.tenant });
    res.status(reply.status).json({ success: true, data: reply.data, ...(reply.meta && { meta: reply.meta }) });
  };
}

function requireScope(granted: readonly string[], needed: Scope): void {
  if (grantsScope(granted, needed)) return;
  throw new AppError('insufficient_scope', `This key lacks the scope ${needed}.`);
}

/** All that is wrong with params, query and body together, so that a caller mends it in one go. */
function parseInput(route: AnyTenantRoute | AnyPlatformRoute, req: Request) {
  const details: ErrorDetail[] = [];
  const input = {
    params: parsePart(route.params, req.params, details),
    query: parsePart(route.query, req.query, details),
    body: parsePart(route.body, req.body, details),
  };
  if (!route.query) refuseUnknownQuery(req, details);
  if (details.length > 0) throw validationFailed(details);
  return input;
}

function parsePart(schema: z.ZodType | undefined, value: unknown, details: ErrorDetail[]): unknown {
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
