import { createTestDatabase } from '@switchboard/db/testing';
import type { Database } from '@switchboard/db';
import { connectQueues, createProducer, type Producer } from '@switchboard/queue';
import { createAddressPolicy, newUuid, parseKeyring } from '@switchboard/shared';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { buildApp, platformRoutes, tenantApiRoutes, type AppDeps } from '../app.js';
import { createFaultHook } from '../faults.js';
import { createLogger } from '../logging.js';
import { createAnnouncer, type Announcer } from '../publishing/announcer.js';
import { createActors, type Actors } from './actors.js';
import { TEST_PLATFORM_JWT } from './platform-token.js';

/** The API of one test file: the real app on a database and queues of its own, listening on a free port. */
export interface TestApi extends Actors {
  /** Supertest on the listening server. */
  http: ReturnType<typeof request>;
  port: number;
  /** Every operation that needs a credential, so that a test of all routes misses none. */
  routes: ServedRoute[];
  database: Database;
  databaseUrl: string;
  producer: Producer;
  announcer: Announcer;
  /** Every log line so far, as it was written. */
  logLines: string[];
  close(): Promise<void>;
}

export interface ServedRoute {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** With its base, `{id}` standing for an id. */
  path: string;
}

export interface TestApiOptions extends Partial<AppDeps> {
  /** A Redis, or null for the queues on PostgreSQL. The test run's Redis where nothing is said, if there is one. */
  redisUrl?: string | null;
}

export const TEST_KEYRING = parseKeyring(`t1:${Buffer.alloc(32, 7).toString('base64')}`);

export async function startTestApi({
  redisUrl = process.env.SWITCHBOARD_TEST_REDIS_URL || null,
  ...changes
}: TestApiOptions = {}): Promise<TestApi> {
  const testDatabase = await createTestDatabase();
  const logLines: string[] = [];
  const log = createLogger('api', 'trace', { write: (line) => void logLines.push(line) });
  const queues = connectQueues(
    { redisUrl: redisUrl ?? undefined, databaseUrl: testDatabase.url, prefix: `api-test-${newUuid()}` },
    (error) => log.debug({ err: error }, 'queue connection'),
  );
  const producer = createProducer(queues);
  const announcer = createAnnouncer({ producer, log });
  const deps: AppDeps = {
    database: testDatabase.database,
    announcer,
    queueIsReady: producer.isReady,
    log,
    keyring: TEST_KEYRING,
    addresses: createAddressPolicy({ allowedPrivateNetworks: [] }),
    allowHttp: false,
    brand: 'Switchboard',
    keyPrefix: 'sb',
    allowQueryKey: true,
    platformJwt: TEST_PLATFORM_JWT,
    faults: createFaultHook(undefined),
    ...changes,
  };
  const server = createServer(buildApp(deps)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const http = request(server);
  return {
    ...createActors(testDatabase.database, http),
    http,
    port: (server.address() as AddressInfo).port,
    routes: [...served('/api/v1', tenantApiRoutes(deps)), ...served('/platform/v1', platformRoutes(deps))],
    database: testDatabase.database,
    databaseUrl: testDatabase.url,
    producer,
    announcer,
    logLines,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
      await announcer.drain();
      await producer.close();
      await queues.close();
      await testDatabase.drop();
    },
  };
}

function served(base: string, routes: readonly ServedRoute[]): ServedRoute[] {
  return routes.map(({ method, path }) => ({ method, path: base + path }));
}
