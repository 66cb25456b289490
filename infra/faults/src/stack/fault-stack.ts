import { createDatabase, type Database } from '@switchboard/db';
import { createApiClient, expectStatus, type ApiClient } from '@switchboard/local/demo/api-client';
import { startRedis, type RedisServer } from '@switchboard/local/servers/redis';
import { startServiceProcess, type ServiceProcess } from '@switchboard/local/servers/service-process';
import { anyFreePort } from '@switchboard/local/stack/ports';
import { API_ENTRY, runCli, WORKER_ENTRY } from '@switchboard/local/stack/product';
import { signPlatformToken } from '@switchboard/local/stack/secrets';
import { createLedger, type Ledger } from '../ledger/ledger.js';
import { startReceiver } from '../receiver.js';
import { waitFor } from '../wait-for.js';
import {
  apiEnvironment,
  commonEnvironment,
  newStackSettings,
  workerEnvironment,
  type Environment,
  type StackSettings,
} from './environment.js';
import { RECEIVER_NAMES, SUBSCRIPTIONS, type StackReceivers } from './subscriptions.js';

export interface StackOptions {
  /** A migrated, empty database of the run's own. */
  databaseUrl: string;
  api?: Environment;
  worker?: Environment;
  workerCount?: number;
  /** Whether Redis keeps an append-only file (`everysec`), as it does in production. */
  appendOnly?: boolean;
}

/** Real processes of the product, a Redis of their own, a tenant with three endpoints, and receivers outside. */
export interface FaultStack {
  readonly database: Database;
  readonly redis: RedisServer;
  readonly ledger: Ledger;
  readonly tenantId: string;
  readonly receivers: StackReceivers;
  /** The present API process; it has the same address after a restart. */
  api(): ServiceProcess;
  /** The workers that are alive. */
  workers(): readonly ServiceProcess[];
  /** With the platform's token. */
  platform: ApiClient;
  /** With a key of the tenant. */
  tenantApi: ApiClient;
  startApi(extra?: Environment): Promise<ServiceProcess>;
  startWorker(extra?: Environment): Promise<ServiceProcess>;
  /** SIGKILL, and a note in the ledger of how many POSTs died with it unrecorded. */
  killWorker(worker: ServiceProcess): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultStack(options: StackOptions): Promise<FaultStack> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await buildStack(options, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function buildStack(
  options: StackOptions,
  closers: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<FaultStack> {
  const database = createDatabase({ url: options.databaseUrl, poolSize: 4, applicationName: 'switchboard-faults' });
  closers.push(() => database.close());
  const redis = await startRedis({ appendOnly: options.appendOnly ?? true });
  closers.push(() => redis.stop());
  const receivers = { everything: await startReceiver(), load: await startReceiver(), other: await startReceiver() };
  for (const receiver of Object.values(receivers)) closers.push(() => receiver.stop());

  const settings = newStackSettings(options.databaseUrl, redis.url);
  const ledger = createLedger({ database, receivers });
  const processes = await serviceStarters(settings, options, closers);
  const [tenant] = await Promise.all([
    createTenant(settings),
    processes.startApi(),
    ...Array.from({ length: options.workerCount ?? 1 }, () => processes.startWorker()),
  ]);
  const tenantApi = createApiClient(processes.apiUrl, tenant.key);
  await subscribe(tenantApi, receivers);
  return {
    ...processes,
    database,
    redis,
    ledger,
    receivers,
    tenantApi,
    tenantId: tenant.id,
    platform: createApiClient(processes.apiUrl, signPlatformToken(settings.platformJwtSecret)),
    killWorker: async (worker) => {
      await worker.kill();
      const isAlone = processes.workers().length === 0;
      // What the dead one had sent may still be on its way to a receiver. Others keep their connections open.
      if (isAlone)
        await waitFor('the receivers noticed that their sender died', () =>
          Object.values(receivers).every((receiver) => receiver.isQuiet()),
        );
      await ledger.noteUnrecorded();
    },
    stop,
  };
}

async function serviceStarters(settings: StackSettings, options: StackOptions, closers: (() => Promise<unknown>)[]) {
  const apiPort = await anyFreePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const workers = new Set<ServiceProcess>();
  let api: ServiceProcess | undefined;

  const start = async (name: string, entry: string, port: number, env: Environment): Promise<ServiceProcess> => {
    const service = startServiceProcess({ name, entry, env });
    closers.push(() => service.kill());
    await service.waitForReady(`http://127.0.0.1:${port}/readyz`);
    return service;
  };
  return {
    apiUrl,
    api: () => api as ServiceProcess,
    workers: () => [...workers],
    startApi: async (extra: Environment = {}) => {
      api = await start('The API', API_ENTRY, apiPort, apiEnvironment(settings, apiPort, { ...options.api, ...extra }));
      return api;
    },
    startWorker: async (extra: Environment = {}) => {
      const port = await anyFreePort();
      const worker = await start(
        'A worker',
        WORKER_ENTRY,
        port,
        workerEnvironment(settings, port, { ...options.worker, ...extra }),
      );
      workers.add(worker);
      void worker.exited.then(() => workers.delete(worker));
      return worker;
    },
  };
}

async function createTenant(settings: StackSettings): Promise<{ id: string; key: string }> {
  const env = commonEnvironment(settings);
  const tenant = JSON.parse(
    await runCli(['tenants', 'create', '--name', 'Faults', '--plan', 'enterprise', '--json'], env),
  ) as { id: string };
  const key = JSON.parse(
    await runCli(['keys', 'create', '--tenant', tenant.id, '--name', 'faults', '--json'], env),
  ) as { key: string };
  return { id: tenant.id, key: key.key };
}

async function subscribe(api: ApiClient, receivers: StackReceivers): Promise<void> {
  for (const name of RECEIVER_NAMES) {
    const endpoint = { url: receivers[name].url, event_types: [SUBSCRIPTIONS[name]] };
    expectStatus(await api.request('POST', '/api/v1/webhook-endpoints', endpoint), 201, 'Creating an endpoint');
  }
}
