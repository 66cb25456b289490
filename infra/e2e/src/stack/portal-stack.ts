import { newStackSettings, type Environment, type StackSettings } from '@switchboard/faults/stack/environment';
import { prepareServices, type Services } from '@switchboard/faults/stack/services';
import { createApiClient } from '@switchboard/local/demo/api-client';
import { runCli } from '@switchboard/local/stack/product';
import { signPlatformToken } from '@switchboard/local/stack/secrets';
import { commonEnvironment } from '@switchboard/faults/stack/environment';
import { randomBytes } from 'node:crypto';
import { signInByHttp, type Credentials } from './portal-client.js';
import { makeTenant, type NewTenant, type StackTenant } from './tenants.js';

export interface PortalStackOptions {
  /** A migrated, empty database of the run's own. */
  databaseUrl: string;
  /** '' for queues on PostgreSQL. */
  redisUrl: string;
  api?: Environment;
  worker?: Environment;
}

/** Real processes of the product with the built page. */
export interface PortalStack {
  /** The API's address; the portal is below /settings/api. */
  readonly url: string;
  readonly services: Services;
  readonly settings: StackSettings;
  /** Somebody of the platform, who is in no tenant and may enter each. */
  readonly superAdmin: Credentials;
  /** A tenant of a test's own, with an owner and a live key. */
  newTenant(wanted?: NewTenant): Promise<StackTenant>;
  /** Starts the API again after it was stopped or killed, at the same address. */
  restartApi(): Promise<unknown>;
  /** In the order in which they were started, last first. Leaves no process behind. */
  stop(): Promise<void>;
}

type Closers = (() => Promise<unknown>)[];

export async function startPortalStack(options: PortalStackOptions): Promise<PortalStack> {
  const closers: Closers = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await build(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(options: PortalStackOptions, closers: Closers): Promise<Omit<PortalStack, 'stop'>> {
  const settings = newStackSettings(options.databaseUrl, options.redisUrl);
  // Stacks that run beside each other share a Redis.
  const queues = { QUEUE_PREFIX: `e2e-${randomBytes(4).toString('hex')}` };
  const services = await prepareServices(
    settings,
    { apiCount: 1, api: { ...queues, ...options.api }, worker: { ...queues, ...options.worker } },
    closers,
  );
  const url = services.apiUrls[0] as string;
  const startApi = () => services.startApi({ PUBLIC_URL: url });
  const [superAdmin] = await Promise.all([makePlatformPerson(settings), startApi(), services.startWorker()]);
  const platform = createApiClient(url, signPlatformToken(settings.platformJwtSecret));
  const everywhere = await signInByHttp(url, superAdmin);
  return {
    url,
    services,
    settings,
    superAdmin,
    restartApi: startApi,
    newTenant: (wanted = {}) => makeTenant({ url, platform, everywhere }, wanted),
  };
}

/** As an operator makes the first of them: with the CLI, which needs no API. */
async function makePlatformPerson(settings: StackSettings): Promise<Credentials> {
  const args = ['users', 'create', '--email', 'platform@switchboard.example', '--super-admin', '--json'];
  return JSON.parse(await runCli(args, commonEnvironment(settings))) as Credentials;
}
