import path from 'node:path';
import { startDemoReceiver, type DemoReceiver } from '../demo/receiver.js';
import type { DemoOwner } from '../demo/owner.js';
import { keptDemoTenant, prepareDemoTenant, type DemoTenant } from '../demo/tenant.js';
import { Failure } from '../failure.js';
import { createDatabaseIfMissing, serverVersion, withDatabase } from '../servers/databases.js';
import { startPostgres } from '../servers/postgres.js';
import { describeExit, startServiceProcess, type ServiceProcess } from '../servers/service-process.js';
import type { Steps } from '../text/steps.js';
import { serviceEnvironment } from './environment.js';
import type { StackFolder } from './folder.js';
import { freshLogFile } from './log-files.js';
import { choosePorts } from './ports.js';
import { API_ENTRY, runCli, WORKER_ENTRY } from './product.js';
import type { RunningParts } from './running.js';
import { loadOrMakeSecrets, signPlatformToken, type StackSecrets } from './secrets.js';

export interface BringUpDeps {
  folder: StackFolder;
  env: NodeJS.ProcessEnv;
  steps: Steps;
  parts: RunningParts;
  signal: AbortSignal;
  /** Is given each line that the API and the worker print. */
  onServiceLine: ((service: string, line: string) => void) | undefined;
}

export interface Stack {
  apiUrl: string;
  workerUrl: string;
  databaseUrl: string;
  redisUrl: string | null;
  platformToken: string;
  receiver: DemoReceiver;
  tenant: DemoTenant;
  /** Signs in to the tenant's portal. */
  owner: DemoOwner;
  isTenantNew: boolean;
}

const DATABASE = 'switchboard';

/** Starts everything in order and waits until it answers. What was started is in `parts`, also after a throw. */
export async function bringUp(deps: BringUpDeps): Promise<Stack> {
  const { folder, env, steps, parts, signal } = deps;
  const ports = await choosePorts(
    {
      api: { variable: 'API_PORT', first: 3000 },
      worker: { variable: 'WORKER_PORT', first: 3001 },
      postgres: { variable: 'PG_PORT', first: 5433 },
    },
    env,
  );
  const secrets = loadOrMakeSecrets(folder);
  const databaseUrl = await startDatabase(deps, ports.postgres, secrets);
  signal.throwIfAborted();

  const redisUrl = env.REDIS_URL || null;
  const addresses = { databaseUrl, redisUrl, apiPort: ports.api, workerPort: ports.worker };
  const serviceEnv = serviceEnvironment(env, addresses, secrets);
  await steps.run(
    'Migrating the database',
    () => 'The database is up to date',
    () => runCli(['migrate', 'up'], serviceEnv, signal),
  );

  const receiver = await startDemoReceiver(keptDemoTenant(folder)?.receiver_port);
  parts.add({ name: 'the demo receiver', stop: () => receiver.stop() });
  const apiUrl = await startService(deps, { name: 'API', entry: API_ENTRY, port: ports.api }, serviceEnv);
  const workerUrl = await startService(deps, { name: 'worker', entry: WORKER_ENTRY, port: ports.worker }, serviceEnv);

  const platformToken = signPlatformToken(secrets.platform_jwt_secret);
  const { tenant, owner, isNew } = await steps.run(
    'Preparing the demo tenant',
    (result) =>
      result.isNew
        ? 'A demo tenant with an API key and a webhook endpoint was made'
        : 'The demo tenant of the earlier run is used again',
    () =>
      prepareDemoTenant({
        folder,
        apiUrl,
        platformToken,
        receiver,
        createKey: (id) => createKey(id, serviceEnv, signal),
        cli: (args) => runCli(args, serviceEnv, signal),
      }),
  );
  return { apiUrl, workerUrl, databaseUrl, redisUrl, platformToken, receiver, tenant, owner, isTenantNew: isNew };
}

async function startDatabase(
  { folder, steps, parts }: BringUpDeps,
  port: number,
  secrets: StackSecrets,
): Promise<string> {
  const result = await steps.run(
    'Starting PostgreSQL',
    ({ version, elsewhere }) => `PostgreSQL ${version} listens on 127.0.0.1:${port}${elsewhere}`,
    async () => {
      const server = await startPostgres({
        dataDir: folder.file('postgres'),
        port,
        password: secrets.postgres_password,
        durable: true,
        logFile: freshLogFile(folder, 'postgres'),
      });
      parts.add({ name: 'PostgreSQL', stop: server.stop });
      parts.watch(server.ended);
      await createDatabaseIfMissing(server.adminUrl, DATABASE);
      const isElsewhere = path.relative(folder.path, server.dataDir).startsWith('..');
      return {
        url: withDatabase(server.adminUrl, DATABASE),
        version: await serverVersion(server.adminUrl),
        elsewhere: isElsewhere ? `; its user cannot reach ${folder.shown}, so its data are in ${server.dataDir}` : '',
      };
    },
  );
  return result.url;
}

async function startService(
  { folder, steps, parts, signal, onServiceLine }: BringUpDeps,
  { name, entry, port }: { name: string; entry: string; port: number },
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const url = `http://127.0.0.1:${port}`;
  const logFile = freshLogFile(folder, name.toLowerCase());
  await steps.run(
    `Starting the ${name}`,
    (service: ServiceProcess) => `The ${name} runs as process ${service.pid} on ${url}`,
    async () => {
      const service = startServiceProcess({
        name: `The ${name}`,
        entry,
        env,
        logFile,
        // The file has them all; memory need not grow with every day that the stack is up.
        keepLines: 200,
        ...(onServiceLine ? { onLine: (line: string) => onServiceLine(name, line) } : {}),
      });
      parts.add({ name: `the ${name}`, stop: () => service.stop(), kill: () => service.kill() });
      await service.waitForReady(`${url}/readyz`, { signal });
      parts.watch(
        service.exited.then(
          (exit) =>
            new Failure(
              `The ${name} ended by itself (${describeExit(exit)}). Its whole log is in ${logFile}.`,
              service.lastLines(),
            ),
        ),
      );
      return service;
    },
  );
  return url;
}

/** As an operator would, with the CLI; the key is shown once and kept by us in demo.json. */
async function createKey(tenantId: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const args = [
    'keys',
    'create',
    '--tenant',
    tenantId,
    '--name',
    'Local stack',
    '--mode',
    'live',
    '--scopes',
    '*',
    '--json',
  ];
  const output = await runCli(args, env, signal);
  const parsed = JSON.parse(output) as { key?: string; data?: { key?: string } };
  const key = parsed.key ?? parsed.data?.key;
  if (!key) throw new Failure('`cli keys create --json` printed no key.');
  return key;
}
