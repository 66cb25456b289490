import type { Database } from '@switchboard/db';
import type { WideLog } from '@switchboard/logging';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { apiKeyAuth } from './http/api-key-auth.js';
import { errorHandler, routeNotFound } from './http/errors.js';
import { createAnswerStore } from './http/idempotency.js';
import { jsonBody } from './http/json-body.js';
import { createHttpMetrics } from './http/metrics.js';
import { mountRoutes } from './http/mount.js';
import { operationsRouter } from './http/operations.js';
import { platformAuth, type PlatformJwtSettings } from './http/platform-auth.js';
import { createAddressLimit } from './http/rate-limit/address-limit.js';
import { tenantLimit } from './http/rate-limit/tenant-limit.js';
import { requestId } from './http/request-id.js';
import { requestLog } from './http/request-log.js';
import type { TenantContext } from './http/route.js';
import type { KeyCache } from './modules/api-keys/key-cache.js';
import { createLastUsed } from './modules/api-keys/last-used.js';
import { createAuthenticator } from './modules/api-keys/service.js';
import { createPlanService } from './modules/plans/service.js';
import { buildDocument } from './openapi/document.js';
import { documentationRouter } from './openapi/router.js';
import { createCommitter } from './publishing/committer.js';
import { portalRouter, type PortalDeps } from './portal/router.js';
import { platformRoutes, tenantRoutesOf } from './routes.js';

export interface AppDeps extends Omit<PortalDeps, 'commit'> {
  keyCache: KeyCache<TenantContext>;
  /** For the one line of each request. */
  wide: WideLog;
  queueIsReady: () => boolean;
  queueIsMisconfigured?: () => boolean;
  allowQueryKey: boolean;
  /** As express takes it: how many proxies stand in front, or which. */
  trustProxy: number | string;
  requestsPerAddressPerMinute: number;
  authFailuresPerMinute: number;
  platformJwt: PlatformJwtSettings;
}

/** A batch of 500 events of a few KB each. Only the platform's own backends may send it. */
const PLATFORM_BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** The whole service in the order a request passes through it. */
export function buildApp(deps: AppDeps): Express {
  const metrics = createHttpMetrics();
  const commit = createCommitter({ ...deps, answers: createAnswerStore(deps.keyring) });
  const tenantRoutes = tenantRoutesOf({ ...deps, commit });
  const requireEntitlement = entitlementGuard(deps.database);
  const app = express();
  app.disable('x-powered-by');
  // Ours are made from the answer's bytes where an answer is a version of something; the rest has none.
  app.disable('etag');
  app.set('trust proxy', deps.trustProxy);
  const addressLimit = createAddressLimit({
    requestsPerMinute: deps.requestsPerAddressPerMinute,
    failuresPerMinute: deps.authFailuresPerMinute,
  });
  app.use(requestId());
  app.use(requestLog(deps.wide, metrics));
  // The service may stand behind plain HTTP on loopback; whether to upgrade is the proxy's decision.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.use(addressLimit.ceiling);
  app.use(operationsRouter({ ...deps, metrics }));
  app.use(
    '/platform/v1',
    platformAuth(deps.platformJwt),
    jsonBody(PLATFORM_BODY_LIMIT_BYTES),
    mountRoutes(platformRoutes({ ...deps, commit })),
  );
  app.use('/settings/api', portalRouter({ ...deps, commit }, { requireEntitlement }));
  app.use('/api/v1', documentationRouter(buildDocument({ routes: tenantRoutes, brand: deps.brand })));
  app.use(
    '/api/v1',
    addressLimit.refuseGuessing,
    apiKeyAuth({
      authenticate: createAuthenticator({ ...deps, cache: deps.keyCache, onUsed: createLastUsed(deps) }),
      allowQueryKey: deps.allowQueryKey,
      onFailure: addressLimit.countFailure,
    }),
    tenantLimit(deps.counters),
    jsonBody(),
    mountRoutes(tenantRoutes, { requireEntitlement }),
  );
  app.use(routeNotFound());
  app.use(errorHandler(deps.log));
  return app;
}

/** Every route needs the API itself; what concerns webhooks needs them too. */
function entitlementGuard(database: Database) {
  const plans = createPlanService({ database });
  return async (tenant: TenantContext, scope: string) => {
    await plans.requireEntitlement(tenant, 'public_api');
    if (scope.startsWith('webhooks:')) await plans.requireEntitlement(tenant, 'webhooks');
  };
}
