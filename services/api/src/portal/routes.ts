import type { RateCounters } from '@switchboard/queue';
import type { Logger } from 'pino';
import type { RoutesDeps } from '../routes.js';
import type { AnyPortalRoute, AnyTenantRoute } from '../http/route.js';
import type { Mailer } from '../modules/mail/mailer.js';
import { portalKeyRoutes } from '../modules/api-keys/portal-routes.js';
import { createApiKeyService } from '../modules/api-keys/service.js';
import { auditLogRoutes } from '../modules/audit-log/routes.js';
import { createAuditLogService } from '../modules/audit-log/service.js';
import { deadLetterRoutes } from '../modules/dead-letters/routes.js';
import { createDeadLetterService } from '../modules/dead-letters/service.js';
import { deliveryRoutes } from '../modules/deliveries/routes.js';
import { createDeliveryReplayer } from '../modules/deliveries/replay.js';
import { createDeliveryService } from '../modules/deliveries/service.js';
import { eventRoutes } from '../modules/events/routes.js';
import { createEventService } from '../modules/events/service.js';
import type { LiveLogHub } from '../modules/live-log/hub.js';
import { liveLogRoutes } from '../modules/live-log/routes.js';
import { createLiveLogService } from '../modules/live-log/service.js';
import { overviewRoutes } from '../modules/overview/routes.js';
import { createOverviewService } from '../modules/overview/service.js';
import { createInvitationService } from '../modules/people/invitations.js';
import { peopleRoutes } from '../modules/people/routes.js';
import { createPeopleService } from '../modules/people/service.js';
import { replayRoutes } from '../modules/replays/routes.js';
import { createReplayService } from '../modules/replays/service.js';
import { usageRoutes } from '../modules/usage/routes.js';
import { createUsageService } from '../modules/usage/service.js';
import { checkUrlRoute } from '../modules/webhook-endpoints/check-url-route.js';
import { endpointRoutes } from '../modules/webhook-endpoints/routes.js';
import { createEndpointService } from '../modules/webhook-endpoints/service.js';
import { createTestSender } from '../modules/webhook-endpoints/test-send.js';

export interface PortalRoutesDeps extends RoutesDeps {
  counters: RateCounters;
  /** null: invitations are links to copy. */
  mailer: Mailer | null;
  log: Logger;
  liveLog: LiveLogHub;
  /** How often a live log asks whether it may still be shown. */
  accessCheckMs?: number;
}

/** Everything the portal's page asks for. What the public API can do already is the same operation behind this door. */
export function portalRoutesOf(deps: PortalRoutesDeps): (AnyPortalRoute | AnyTenantRoute)[] {
  return [
    // Before the endpoints' own: `health` is no id of one.
    ...overviewRoutes(createOverviewService(deps)),
    checkUrlRoute(deps),
    ...[
      ...endpointRoutes(createEndpointService(deps), createTestSender(deps)),
      ...deliveryRoutes(createDeliveryService(deps), createDeliveryReplayer(deps)),
      ...replayRoutes(createReplayService(deps)),
      ...eventRoutes(createEventService(deps)),
    ].map(shortened),
    ...deadLetterRoutes(createDeadLetterService(deps), createDeliveryReplayer(deps)),
    ...liveLogRoutes(createLiveLogService({ ...deps, hub: deps.liveLog })),
    ...portalKeyRoutes(createApiKeyService(deps)),
    ...usageRoutes(createUsageService(deps)),
    ...auditLogRoutes(createAuditLogService(deps)),
    ...peopleRoutes(createPeopleService(deps), createInvitationService(deps)),
  ];
}

/** `/webhook-endpoints` is `/webhooks` here: the page's addresses are read by people. */
function shortened(route: AnyTenantRoute): AnyTenantRoute {
  return { ...route, path: route.path.replace(/^\/webhook-endpoints/, '/webhooks') };
}
