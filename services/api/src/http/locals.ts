import type { Ability } from '@switchboard/shared';
import type { PortalSession, TenantContext } from './route.js';

/** What the middlewares learn of a request, each from the one before; the request's log line tells all of it. */
export interface RequestContext {
  request_id: string;
  /** The route's pattern, never the URL: a URL can hold a key. */
  route?: string;
  tenant?: TenantContext;
  /** Set where somebody asks from the portal. */
  session?: PortalSession;
  /** Asks once more whether the session may still do this: a stream outlives the check that its request passed. */
  accessHolds?(ability: Ability): Promise<boolean>;
  /** The code of the error that was answered. */
  error_code?: string;
}

declare global {
  // Express types its locals by merging into this namespace.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Locals {
      context: RequestContext;
    }
  }
}
