import { createDatabase, type Database } from '@switchboard/db';
import { createApiClient, type ApiClient } from '@switchboard/local/demo/api-client';
import { startRedis, type RedisServer } from '@switchboard/local/servers/redis';
import type { ServiceProcess } from '@switchboard/local/servers/service-process';
import { signPlatformToken } from '@switchboard/local/stack/secrets';
import { createLedger, type Ledger } from '../ledger/ledger.js';
import { waitFor } from '../wait-for.js';
import { createBalancedClient } from './balanced-client.js';
import { newStackSettings, type Environment, type StackSettings } from './environment.js';
import { startOutside, type LoadReachedBy, type Outside } from './outside.js';
import { startPostgresUnderFault, type PostgresUnderFault } from './postgres.js';
import { prepareServices, type Services } from './services.js';
import { RECEIVER_NAMES, type ReceiverName } from './subscriptions.js';
import { createTenant, subscribe, type StackEndpoint } from './tenant.js';

export interface StackOptions {
  /** A migrated, empty database of the run's own, on a server that nothing breaks. */
  databaseUrl: string;
  /** A whole PostgreSQL of the run's own instead, which may be broken. */
  ownPostgres?: boolean;
  api?: Environment;
  apiCount?: number;
  worker?: Environment;
  workerCount?: number;
  /** Whether Redis keeps an append-only file (`everysec`), as it does in production. */
  appendOnly?: boolean;
  /** Further arguments of redis-server. */
  redisArgs?: string[];
  loadReachedBy?: LoadReachedBy;
}

/** Real processes of the product, a Redis of their own, a tenant with three endpoints, and receivers outside. */
export interface FaultStack extends Services, Omit<Outside, 'workerEnvironment'> {
  readonly settings: StackSettings;
  readonly database: Database;
  readonly redis: RedisServer;
  /** @throws Error where the scenario did not ask for one of its own */
  postgres(): PostgresUnderFault;
  readonly ledger: Ledger;
  readonly tenantId: string;
  readonly endpoints: Record<ReceiverName, StackEndpoint>;
  /** With the platform's token. */
  platform: ApiClient;
  /** With a key of the tenant. */
  tenantApi: ApiClient;
  /** SIGKILL, and a note in the ledger of how many POSTs died with it unrecorded. */
  killWorker(worker: ServiceProcess): Promise<void>;
  stop(): Promise<void>;
}

type Closers = (() => Promise<unknown>)[];

export async function startFaultStack(options: StackOptions): Promise<FaultStack> {
  const closers: Closers = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await buildStack(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function buildStack(options: StackOptions, closers: Closers): Promise<Omit<FaultStack, 'stop'>> {
  const { databaseUrl, database, postgres } = await prepareDatabase(options, closers);
  const redis = await startRedis({ appendOnly: options.appendOnly ?? true, args: options.redisArgs ?? [] });
  closers.push(() => redis.stop());
  const { workerEnvironment, ...outside } = await startOutside(options.loadReachedBy ?? 'address', closers);
  const settings = newStackSettings(databaseUrl, redis.url);
  const { apiCount = 1, workerCount = 1, api } = options;
  const services = await prepareServices(
    settings,
    { api, apiCount, worker: { ...workerEnvironment, ...options.worker } },
    closers,
  );
  const [tenant] = await Promise.all([
    createTenant(settings),
    ...Array.from({ length: apiCount }, (_, slot) => services.startApi({}, slot)),
    ...Array.from({ length: workerCount }, () => services.startWorker()),
  ]);
  const tenantApi = createApiClient(services.apiUrls[0] as string, tenant.key);
  const endpoints = await subscribe(tenantApi, outside.receivers);
  const ledger = createLedger({ database, receivers: outside.receivers });
  for (const name of RECEIVER_NAMES) ledger.noteSecret(name, endpoints[name].secret);
  return {
    ...services,
    ...outside,
    settings,
    database,
    redis,
    postgres,
    ledger,
    tenantApi,
    endpoints,
    tenantId: tenant.id,
    platform: platformClient(services.apiUrls, signPlatformToken(settings.platformJwtSecret)),
    killWorker: (worker) => killWorker(worker, { services, outside, ledger }),
  };
}

async function prepareDatabase({ databaseUrl, ownPostgres }: StackOptions, closers: Closers) {
  const own = ownPostgres ? await startPostgresUnderFault() : undefined;
  if (own) closers.push(() => own.dispose());
  const url = own?.url ?? databaseUrl;
  const database = createDatabase({ url, poolSize: 4, applicationName: 'switchboard-faults' });
  closers.push(() => database.close());
  const postgres = () => {
    if (!own) throw new Error('This scenario has no PostgreSQL of its own.');
    return own;
  };
  return { databaseUrl: url, database, postgres };
}

function platformClient(urls: readonly string[], token: string): ApiClient {
  return urls.length > 1 ? createBalancedClient(urls, token) : createApiClient(urls[0] as string, token);
}

async function killWorker(
  worker: ServiceProcess,
  { services, outside, ledger }: { services: Services; outside: Pick<Outside, 'receivers'>; ledger: Ledger },
): Promise<void> {
  await worker.kill();
  const isAlone = services.workers().length === 0;
  // What the dead one had sent may still be on its way to a receiver. Others keep their connections open.
  if (isAlone)
    await waitFor('the receivers noticed that their sender died', () =>
      Object.values(outside.receivers).every((receiver) => receiver.isQuiet()),
    );
  await ledger.noteUnrecorded();
}
