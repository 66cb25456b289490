import type { Actor } from '@switchboard/db';
import type { Ability, ListMeta, Role, Scope } from '@switchboard/shared';
import type { Response } from 'express';
import type { z } from 'zod';
import type { IdempotentRequest } from './idempotency.js';

/** Whose rows: every query of a repository takes it, so none runs without a tenant (invariant 8). */
export interface TenantScope {
  tenant_id: string;
  mode: 'live' | 'test';
}

/** Who asks: a key or a person, the tenant they act for, what they may do, and what the tenant's plan allows. */
export interface TenantContext extends TenantScope {
  caller: Caller;
  scopes: readonly string[];
  plan: Plan;
}

export interface Caller {
  kind: 'api_key' | 'user' | 'portal_link';
  id: string;
}

/** Who has the portal open. */
export interface PortalSession {
  session_id: string;
  /** null: somebody who came by a portal link. */
  user: { id: string; email: string; name: string; is_super_admin: boolean } | null;
  /** What they are in the tenant that the request is for; null with a portal link. */
  role: Role | null;
  abilities: readonly Ability[];
}

export interface Plan {
  id: string;
  name: string;
  requests_per_minute: number;
  requests_per_day: number;
  entitlements: readonly string[];
}

/** What is known of a request beside its input. */
export interface RequestInfo {
  request_id: string;
  /** Who asks and from where, for the audit log. */
  actor: Actor;
  /** Aborts when the caller hangs up. Made for who asks for it: few routes wait long enough for it to matter. */
  hangup?(): AbortSignal;
  /** Set on a POST that names an Idempotency-Key. */
  idempotency?: IdempotentRequest;
  /** Set on a PATCH that names the version it was made for. */
  if_match?: string;
}

type Schema = z.ZodType | undefined;
type Parsed<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;

export interface RouteInput<P extends Schema, Q extends Schema, B extends Schema> {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  request: RequestInfo;
}

/** What a handler answers; the edge puts it into the envelope. */
export interface Reply {
  status: number;
  data: unknown;
  meta?: ListMeta;
  /** Writes an answer that is no JSON, from its headers on; what it throws before the first byte is answered as an error. */
  stream?(res: Response): Promise<void>;
}

/** One operation: what it takes, what it answers, who may call it. The same object validates, serves and documents. */
export interface Route<
  P extends Schema = Schema,
  Q extends Schema = Schema,
  B extends Schema = Schema,
  Extra = object,
> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In OpenAPI's form, below the router's base: `/appointments/{id}`. */
  path: string;
  operationId: string;
  summary: string;
  tag: string;
  params?: P;
  query?: Q;
  body?: B;
  success: { status: number; description: string; schema: z.ZodType; list?: boolean };
  handle(input: RouteInput<P, Q, B> & Extra): Promise<Reply>;
}

/** A route of a tenant's public API. */
export type TenantRoute<P extends Schema = Schema, Q extends Schema = Schema, B extends Schema = Schema> = Route<
  P,
  Q,
  B,
  { tenant: TenantContext }
> & { scope: Scope };

/** A route for the platform's own backends. */
export type PlatformRoute<P extends Schema = Schema, Q extends Schema = Schema, B extends Schema = Schema> = Route<
  P,
  Q,
  B
>;

/** A route of the portal: only people in a session reach it. */
export type PortalRoute<P extends Schema = Schema, Q extends Schema = Schema, B extends Schema = Schema> = Route<
  P,
  Q,
  B,
  { tenant: TenantContext; session: PortalSession }
> & { ability: Ability };

/** A route with its input types forgotten: what a router mounts. They were checked where the route was written. */
export type AnyTenantRoute = Omit<TenantRoute, 'handle'> & { handle(input: never): Promise<Reply> };
export type AnyPlatformRoute = Omit<PlatformRoute, 'handle'> & { handle(input: never): Promise<Reply> };
export type AnyPortalRoute = Omit<PortalRoute, 'handle'> & { handle(input: never): Promise<Reply> };

/** Infers a route's input types from its schemas. */
export function tenantRoute<P extends Schema = undefined, Q extends Schema = undefined, B extends Schema = undefined>(
  route: TenantRoute<P, Q, B>,
): AnyTenantRoute {
  return route;
}

export function platformRoute<P extends Schema = undefined, Q extends Schema = undefined, B extends Schema = undefined>(
  route: PlatformRoute<P, Q, B>,
): AnyPlatformRoute {
  return route;
}

export function portalRoute<P extends Schema = undefined, Q extends Schema = undefined, B extends Schema = undefined>(
  route: PortalRoute<P, Q, B>,
): AnyPortalRoute {
  return route;
}

export function ok(data: unknown, meta?: ListMeta): Reply {
  return { status: 200, data, ...(meta && { meta }) };
}

export function created(data: unknown): Reply {
  return { status: 201, data };
}

export function accepted(data: unknown): Reply {
  return { status: 202, data };
}

export function streamed(stream: (res: Response) => Promise<void>): Reply {
  return { status: 200, data: null, stream };
}
