import { createTestDatabase } from '@switchboard/db/testing';
import { createWatchedTenants, sql, startListener, WATCHED_CHANNEL, type Database } from '@switchboard/db';
import { connectQueues, createProducer, createRateCounters, type Producer } from '@switchboard/queue';
import { createAddressPolicy, newUuid, parseKeyring } from '@switchboard/shared';
import type { Express } from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { buildApp, type AppDeps } from '../app.js';
import { createFaultHook } from '../faults.js';
import type { AnyPlatformRoute, AnyPortalRoute, AnyTenantRoute, TenantContext } from '../http/route.js';
import { createLogs } from '@switchboard/logging';
import { createKeyCache } from '../modules/api-keys/key-cache.js';
import { createLiveLogHub } from '../modules/live-log/hub.js';
import { PORTAL_FOLDER } from '../portal/page.js';
import { portalRoutesOf } from '../portal/routes.js';
import { createAnnouncer, type Announcer } from '../publishing/announcer.js';
import { createDeliverySignals } from '../publishing/delivery-signals.js';
import { platformRoutes, tenantRoutesOf } from '../routes.js';
import { createActors, type Actors } from './actors.js';
import { createPeople, type People } from './people.js';
import { TEST_PLATFORM_JWT } from './platform-token.js';

/** The API of one test file: the real app on a database and queues of its own, listening on a free port. */
export interface TestApi extends Actors, People {
  /** Supertest on the listening server. */
  http: ReturnType<typeof request>;
  port: number;
  /** The app that listens there. */
  app: Express;
  /** Every operation that needs a credential, so that a test of all routes misses none. */
  routes: ServedRoute[];
  /** Every operation behind the portal's door. */
  portalRoutes: (AnyPortalRoute | AnyTenantRoute)[];
  database: Database;
  databaseUrl: string;
  producer: Producer;
  announcer: Announcer;
  /** Every log line so far, as it was written. */
  logLines: string[];
  close(): Promise<void>;
}

/** A route with its base in the path, `{id}` standing for an id. Those of the tenants' API need a scope. */
export type ServedRoute = Omit<AnyPlatformRoute, 'handle'> & Partial<Pick<AnyTenantRoute, 'scope'>>;

export interface TestApiOptions extends Partial<AppDeps> {
  /** A Redis, or null for the queues on PostgreSQL. The test run's Redis where nothing is said, if there is one. */
  redisUrl?: string | null;
}

/** The test run's Redis stays; that it is slow on a busy machine must not have the API count for itself. */
const PATIENT_COUNTER_TIMEOUT_MS = 10_000;

const UNLIMITED_PLAN = {
  id: 'unlimited',
  name: 'Unlimited',
  rank: 1_000,
  requests_per_minute: 1_000_000,
  requests_per_day: 1_000_000_000,
  entitlements: ['public_api', 'webhooks'],
};

export const TEST_KEYRING = parseKeyring(`t1:${Buffer.alloc(32, 7).toString('base64')}`);

export async function startTestApi({ redisUrl: ownRedisUrl, ...changes }: TestApiOptions = {}): Promise<TestApi> {
  const redisUrl = ownRedisUrl === undefined ? process.env.SWITCHBOARD_TEST_REDIS_URL || null : ownRedisUrl;
  const testDatabase = await createTestDatabase();
  // Tests send more than any plan allows; those of the limits choose their tenants' plan.
  await testDatabase.database.run(sql('plans').insert(UNLIMITED_PLAN));
  const logLines: string[] = [];
  const { log, wide } = createLogs('api', 'trace', { write: (line) => void logLines.push(line) });
  const prefix = `api-test-${newUuid()}`;
  const queues = connectQueues({ redisUrl: redisUrl ?? undefined, databaseUrl: testDatabase.url, prefix }, (error) =>
    log.debug({ err: error }, 'queue connection'),
  );
  const producer = createProducer(queues);
  const announcer = createAnnouncer({ producer, log });
  const counters = createRateCounters({
    redisUrl: redisUrl ?? undefined,
    prefix,
    pool: testDatabase.database.pool,
    ...(ownRedisUrl === undefined && { commandTimeoutMs: PATIENT_COUNTER_TIMEOUT_MS }),
    onStoreState: (isUp) => log.warn({ isUp }, 'rate limit store'),
  });
  const keyCache = createKeyCache<TenantContext>(() => listener.isConnected());
  const watched = createWatchedTenants();
  const listener = startListener({
    url: testDatabase.url,
    channel: ['settings_changed', WATCHED_CHANNEL],
    onSignal: (payload, channel) => (channel === WATCHED_CHANNEL ? watched.heard(payload) : keyCache.forget(payload)),
    onConnected: () => keyCache.forget('*'),
    onError: (error) => log.debug({ err: error }, 'settings signals'),
  });
  const deps: AppDeps = {
    database: testDatabase.database,
    announcer,
    signals: createDeliverySignals({ database: testDatabase.database, watched, log }),
    counters,
    keyCache,
    queueIsReady: producer.isReady,
    log,
    wide,
    keyring: TEST_KEYRING,
    addresses: createAddressPolicy({ allowedPrivateNetworks: [] }),
    allowHttp: false,
    brand: 'Switchboard',
    keyPrefix: 'sb',
    allowQueryKey: true,
    trustProxy: 'loopback',
    requestsPerAddressPerMinute: 1_000_000,
    // Most tests send wrong keys on purpose; the one of guessing sets its own.
    authFailuresPerMinute: 1_000_000,
    platformJwt: TEST_PLATFORM_JWT,
    faults: createFaultHook(undefined),
    publicUrl: 'http://localhost:3000',
    frameAncestors: [],
    portalFolder: PORTAL_FOLDER,
    mailer: null,
    liveLog: createLiveLogHub({ database: testDatabase.database, databaseUrl: testDatabase.url, log }),
    // No worker runs beside the API's tests; those that record the attempt themselves say how long they wait for it.
    testSendCeilingMs: 100,
    ...changes,
  };
  const app = buildApp(deps);
  const listedDeps = { ...deps, commit: refuseToCommit };
  const server = createServer(app).listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), counters.ready()]);
  const http = request(server);
  return {
    ...createActors(testDatabase.database, http),
    ...createPeople(testDatabase.database, http),
    http,
    port: (server.address() as AddressInfo).port,
    app,
    routes: [...served('/api/v1', tenantRoutesOf(listedDeps)), ...served('/platform/v1', platformRoutes(listedDeps))],
    portalRoutes: portalRoutesOf(listedDeps).map((route) => ({ ...route, path: `/settings/api${route.path}` })),
    database: testDatabase.database,
    databaseUrl: testDatabase.url,
    producer,
    announcer,
    logLines,
    close: async () => {
      await deps.liveLog.close();
      server.closeAllConnections();
      await once(server.close(), 'close');
      await announcer.drain();
      await producer.close();
      await queues.close();
      await counters.close();
      await listener.close();
      await testDatabase.drop();
    },
  };
}

/** These routes are only listed; the ones that serve are the app's own. */
const refuseToCommit = () => Promise.reject(new Error('not served'));

function served(base: string, routes: readonly ServedRoute[]): ServedRoute[] {
  return routes.map((route) => ({ ...route, path: base + route.path }));
}
