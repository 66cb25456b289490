import type { Database } from '@switchboard/db';
import type { AddressPolicy, Keyring } from '@switchboard/shared';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { FaultHook } from './faults.js';
import { apiKeyAuth } from './http/api-key-auth.js';
import { errorHandler, routeNotFound } from './http/errors.js';
import { jsonBody } from './http/json-body.js';
import { createHttpMetrics } from './http/metrics.js';
import { mountRoutes } from './http/mount.js';
import { operationsRouter } from './http/operations.js';
import { platformAuth, type PlatformJwtSettings } from './http/platform-auth.js';
import { requestId } from './http/request-id.js';
import { requestLog } from './http/request-log.js';
import { createApiKeyService } from './modules/api-keys/service.js';
import { appointmentRoutes } from './modules/appointments/routes.js';
import { createAppointmentService } from './modules/appointments/service.js';
import { deliveryRoutes } from './modules/deliveries/routes.js';
import { createDeliveryService } from './modules/deliveries/service.js';
import { eventRoutes } from './modules/events/routes.js';
import { createEventService } from './modules/events/service.js';
import { platformEventRoutes } from './modules/platform-events/routes.js';
import { createPlatformEventService } from './modules/platform-events/service.js';
import { tenantRoutes } from './modules/tenants/routes.js';
import { createTenantService } from './modules/tenants/service.js';
import { endpointRoutes } from './modules/webhook-endpoints/routes.js';
import { createEndpointService } from './modules/webhook-endpoints/service.js';
import type { Announcer } from './publishing/announcer.js';
import { createCommitter } from './publishing/committer.js';

export interface AppDeps {
  database: Database;
  announcer: Announcer;
  queueIsReady: () => boolean;
  log: Logger;
  keyring: Keyring;
  addresses: AddressPolicy;
  allowHttp: boolean;
  brand: string;
  keyPrefix: string;
  allowQueryKey: boolean;
  platformJwt: PlatformJwtSettings;
  faults: FaultHook;
}

/** A batch of 500 events of a few KB each. Only the platform's own backends may send it. */
const PLATFORM_BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** The whole service in the order a request passes through it. */
export function buildApp(deps: AppDeps): Express {
  const metrics = createHttpMetrics();
  const app = express();
  app.disable('x-powered-by');
  app.use(requestId());
  app.use(requestLog(deps.log, metrics));
  app.use(helmet());
  app.use(operationsRouter({ database: deps.database, queueIsReady: deps.queueIsReady, metrics }));
  app.use(
    '/platform/v1',
    platformAuth(deps.platformJwt),
    jsonBody(PLATFORM_BODY_LIMIT_BYTES),
    mountRoutes(platformRoutes(deps)),
  );
  app.use(
    '/api/v1',
    apiKeyAuth({ ...deps, authenticate: createApiKeyService(deps).authenticate }),
    jsonBody(),
    mountRoutes(tenantApiRoutes(deps)),
  );
  app.use(routeNotFound());
  app.use(errorHandler(deps.log));
  return app;
}

/** Every operation of the tenants' API. */
export function tenantApiRoutes(deps: AppDeps) {
  const commit = createCommitter(deps);
  return [
    ...appointmentRoutes(createAppointmentService({ ...deps, commit })),
    ...endpointRoutes(createEndpointService(deps)),
    ...eventRoutes(createEventService(deps)),
    ...deliveryRoutes(createDeliveryService(deps)),
  ];
}

/** Every operation of the platform's API. */
export function platformRoutes(deps: AppDeps) {
  return [...tenantRoutes(createTenantService(deps)), ...platformEventRoutes(createPlatformEventService(deps))];
}
