import type { Database } from '@switchboard/db';
import type { AddressPolicy, Keyring } from '@switchboard/shared';
import type { FaultHook } from './faults.js';
import { apiKeyRoutes } from './modules/api-keys/routes.js';
import { createApiKeyService } from './modules/api-keys/service.js';
import { appointmentRoutes } from './modules/appointments/routes.js';
import { createAppointmentService } from './modules/appointments/service.js';
import { createSlotService } from './modules/appointments/slot-service.js';
import { callRoutes, platformCallRoutes } from './modules/calls/routes.js';
import { createCallService } from './modules/calls/service.js';
import { customerRoutes } from './modules/customers/routes.js';
import { createCustomerService } from './modules/customers/service.js';
import { createDeliveryReplayer } from './modules/deliveries/replay.js';
import { deliveryRoutes } from './modules/deliveries/routes.js';
import { createDeliveryService } from './modules/deliveries/service.js';
import { eventRoutes } from './modules/events/routes.js';
import { createEventService } from './modules/events/service.js';
import { planRoutes } from './modules/plans/routes.js';
import { createPlanService } from './modules/plans/service.js';
import { platformEventRoutes, publishOwnEventRoutes } from './modules/platform-events/routes.js';
import { createPlatformEventService } from './modules/platform-events/service.js';
import { portalLinkRoutes } from './modules/portal-links/routes.js';
import { createPortalLinkService } from './modules/portal-links/service.js';
import { replayRoutes } from './modules/replays/routes.js';
import { createReplayService } from './modules/replays/service.js';
import { platformServiceRoutes, serviceRoutes } from './modules/services/routes.js';
import { createServiceService } from './modules/services/service.js';
import { platformStaffRoutes, staffRoutes } from './modules/staff/routes.js';
import { createStaffService } from './modules/staff/service.js';
import { tenantRoutes } from './modules/tenants/routes.js';
import { createTenantService } from './modules/tenants/service.js';
import { endpointRoutes } from './modules/webhook-endpoints/routes.js';
import { createEndpointService } from './modules/webhook-endpoints/service.js';
import { createTestSender } from './modules/webhook-endpoints/test-send.js';
import type { Announcer } from './publishing/announcer.js';
import type { Committer } from './publishing/committer.js';
import type { DeliverySignals } from './publishing/delivery-signals.js';

/** What the modules are made of. */
export interface RoutesDeps {
  database: Database;
  announcer: Announcer;
  signals: DeliverySignals;
  commit: Committer;
  faults: FaultHook;
  keyring: Keyring;
  addresses: AddressPolicy;
  allowHttp: boolean;
  brand: string;
  keyPrefix: string;
  testSendCeilingMs?: number;
  /** Where the installation is reached: what links that are given out start with. */
  publicUrl: string;
}

/** Every operation of the tenants' API, in the order it is documented. */
export function tenantRoutesOf(deps: RoutesDeps) {
  return [
    ...appointmentRoutes(createAppointmentService(deps), createSlotService(deps)),
    ...customerRoutes(createCustomerService(deps)),
    ...callRoutes(createCallService(deps)),
    ...staffRoutes(createStaffService(deps)),
    ...serviceRoutes(createServiceService(deps)),
    ...endpointRoutes(createEndpointService(deps), createTestSender(deps)),
    ...eventRoutes(createEventService(deps)),
    ...publishOwnEventRoutes(createPlatformEventService(deps)),
    ...deliveryRoutes(createDeliveryService(deps), createDeliveryReplayer(deps)),
    ...replayRoutes(createReplayService(deps)),
    ...portalLinkRoutes(createPortalLinkService(deps)),
  ];
}

/** Every operation of the platform's API. */
export function platformRoutes(deps: RoutesDeps) {
  return [
    ...tenantRoutes(createTenantService(deps)),
    ...planRoutes(createPlanService(deps)),
    ...apiKeyRoutes(createApiKeyService(deps)),
    ...platformEventRoutes(createPlatformEventService(deps)),
    ...platformStaffRoutes(createStaffService(deps)),
    ...platformServiceRoutes(createServiceService(deps)),
    ...platformCallRoutes(createCallService(deps)),
  ];
}
