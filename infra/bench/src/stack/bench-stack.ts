import { createDatabase, type Database } from '@switchboard/db';
import { createApiClient, type ApiClient } from '@switchboard/local/demo/api-client';
import { signPlatformToken } from '@switchboard/local/stack/secrets';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import type { LoadCommands } from '../load/commands.js';
import { startBenchProcess, type BenchProcess } from '../processes/bench-process.js';
import type { SinkCommands } from '../sink/sink.js';
import { newStackSettings, type Environment } from './environment.js';
import { startBenchRedis, type BenchRedis } from './redis.js';
import type { BenchServers } from './servers.js';
import { startServices, type Services } from './services.js';
import { createEndpoints, createTenant, type BenchTenant } from './tenant.js';

export interface StackOptions {
  /** Default 20: at 10 attempts in flight for each, they never hold a worker's 100 places up. */
  endpoints?: number;
  /** Endpoints that each event goes to. Default 1. */
  fanOut?: number;
  /** Settings of the workers beside the defaults. */
  worker?: Environment;
  profileFolder?: string | undefined;
}

/** The whole product on servers of its own, with receivers and a load generator around it. No worker runs yet. */
export interface BenchStack extends Services {
  readonly database: Database;
  readonly redis: BenchRedis;
  readonly sink: BenchProcess<SinkCommands>;
  /** Where a GET is answered with how many deliveries have arrived. */
  readonly sinkOrigin: string;
  readonly load: BenchProcess<LoadCommands>;
  readonly platform: ApiClient;
  readonly platformToken: string;
  readonly tenant: BenchTenant;
  readonly fanOut: number;
  readonly endpoints: number;
  readonly groups: number;
  stop(): Promise<void>;
}

/** What fills tables and counts them takes longer than a request may. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;
const DEFAULT_ENDPOINTS = 20;

type Closers = (() => Promise<unknown>)[];

export async function startBenchStack(servers: BenchServers, options: StackOptions = {}): Promise<BenchStack> {
  const closers: Closers = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await build(servers, options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  servers: BenchServers,
  options: StackOptions,
  closers: Closers,
): Promise<Omit<BenchStack, 'stop'>> {
  const { endpoints = DEFAULT_ENDPOINTS, fanOut = 1, worker = {}, profileFolder } = options;
  const { url } = await databaseOf(servers, closers);
  const database = createDatabase({
    url,
    poolSize: 4,
    applicationName: 'switchboard-bench',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  closers.push(() => database.close());
  const redis = await startBenchRedis(servers.folder);
  closers.push(() => redis.stop());
  const sink = startBenchProcess<SinkCommands>('sink/main');
  const load = startBenchProcess<LoadCommands>('load/main');
  closers.push(
    () => sink.stop(),
    () => load.stop(),
  );
  const ports = await sink.call('listen', { ports: endpoints });
  const logFolder = mkdtempSync(path.join(servers.folder, 'logs-'));
  const settings = newStackSettings(url, redis.url);
  const services = await startServices({ settings, worker, folder: logFolder, profileFolder }, closers);
  const platformToken = signPlatformToken(settings.platformJwtSecret);
  const platform = createApiClient(services.apiUrl, platformToken);
  const tenant = await createTenant(platform);
  const groups = await createEndpoints(services.apiUrl, tenant.key, { ports, fanOut });
  return {
    ...services,
    ...{ database, redis, sink, load, platform, platformToken, tenant, fanOut, endpoints, groups },
    sinkOrigin: `http://127.0.0.1:${ports[0]}`,
  };
}

async function databaseOf(servers: BenchServers, closers: Closers) {
  const made = await servers.newDatabase();
  closers.push(() => made.drop());
  return made;
}
