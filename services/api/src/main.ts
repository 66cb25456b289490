import { createDatabase, createWatchedTenants, startListener, WATCHED_CHANNEL, type Database } from '@switchboard/db';
import { connectQueues, createProducer, createRateCounters, watchRedisSettings } from '@switchboard/queue';
import { createLogs, type Logs } from '@switchboard/logging';
import { ConfigError, EXIT_CODE_CONFIG } from '@switchboard/shared';
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { buildApp } from './app.js';
import { parseApiConfig, type ApiConfig } from './config.js';
import { createFaultHook } from './faults.js';
import type { TenantContext } from './http/route.js';
import { createKeyCache } from './modules/api-keys/key-cache.js';
import { createLiveLogHub } from './modules/live-log/hub.js';
import { createMailer } from './modules/mail/mailer.js';
import { PORTAL_FOLDER } from './portal/page.js';
import { createAnnouncer } from './publishing/announcer.js';
import { createDeliverySignals } from './publishing/delivery-signals.js';

/** How long a shutdown may take: requests in flight end within milliseconds, a hanging client is cut off. */
const SHUTDOWN_LIMIT_MS = 10_000;
const IDLE_CHECK_INTERVAL_MS = 50;

function readConfig(): ApiConfig {
  try {
    return parseApiConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CODE_CONFIG);
  }
}

function platformJwtOf(config: ApiConfig) {
  const isHs256 = config.PLATFORM_JWT_ALGORITHM === 'HS256';
  return {
    algorithm: config.PLATFORM_JWT_ALGORITHM,
    verificationKey: (isHs256 ? config.PLATFORM_JWT_SECRET : config.PLATFORM_JWT_PUBLIC_KEY) ?? '',
    issuer: config.PLATFORM_JWT_ISSUER,
    audience: config.PLATFORM_JWT_AUDIENCE,
  };
}

/** Keys in memory, kept true by the database's signals, and whose log is open: what every process hears. */
function hearing(config: ApiConfig, log: Logger) {
  const keyCache = createKeyCache<TenantContext>(() => listener.isConnected());
  const watched = createWatchedTenants();
  const listener = startListener({
    url: config.DATABASE_URL,
    channel: ['settings_changed', WATCHED_CHANNEL],
    onSignal: (payload, channel) => (channel === WATCHED_CHANNEL ? watched.heard(payload) : keyCache.forget(payload)),
    onConnected: () => keyCache.forget('*'),
    onError: (error) => log.warn({ err: error }, 'settings signals are cut; keys are read from the database'),
  });
  return { keyCache, watched, listener };
}

function countersOf(config: ApiConfig, database: Database, log: Logger) {
  return createRateCounters({
    redisUrl: config.REDIS_URL,
    prefix: config.QUEUE_PREFIX,
    pool: database.pool,
    onStoreState: (isUp, error) => {
      if (isUp) log.info('rate limits are counted over all processes again');
      else log.warn({ err: error }, 'rate limit store is away; each process counts for itself');
    },
  });
}

function redisSettingsOf({ REDIS_URL }: ApiConfig, log: Logger) {
  return watchRedisSettings({
    redisUrl: REDIS_URL,
    onChange: (problem) =>
      problem === null ? log.info('Redis is set rightly again') : log.error({ problem }, 'Redis is set wrongly'),
  });
}

function mailerOf({ SMTP_URL: smtpUrl, MAIL_FROM: from }: ApiConfig) {
  return smtpUrl !== undefined && from !== undefined ? createMailer({ smtpUrl, from }) : null;
}

function wire(config: ApiConfig, { log, wide }: Logs) {
  const database = createDatabase({
    url: config.DATABASE_URL,
    poolSize: config.API_DATABASE_POOL_SIZE,
    applicationName: 'switchboard-api',
  });
  const queues = connectQueues(
    { redisUrl: config.REDIS_URL, databaseUrl: config.DATABASE_URL, prefix: config.QUEUE_PREFIX },
    (error) => log.debug({ err: error }, 'queue connection'),
  );
  const producer = createProducer(queues);
  const announcer = createAnnouncer({ producer, log });
  const { keyCache, watched, listener } = hearing(config, log);
  const counters = countersOf(config, database, log);
  const redisSettings = redisSettingsOf(config, log);
  const mailer = mailerOf(config);
  const liveLog = createLiveLogHub({ database, databaseUrl: config.DATABASE_URL, log });
  const app = buildApp({
    database,
    counters,
    keyCache,
    announcer,
    signals: createDeliverySignals({ database, watched, log }),
    queueIsReady: producer.isReady,
    queueIsMisconfigured: redisSettings.isMisconfigured,
    log,
    wide,
    keyring: config.ENCRYPTION_KEYS,
    addresses: config.ALLOWED_PRIVATE_NETWORKS,
    allowHttp: config.ALLOW_HTTP,
    brand: config.BRAND,
    keyPrefix: config.API_KEY_PREFIX,
    allowQueryKey: config.ALLOW_API_KEY_IN_QUERY,
    trustProxy: config.TRUST_PROXY,
    requestsPerAddressPerMinute: config.REQUESTS_PER_ADDRESS_PER_MINUTE,
    authFailuresPerMinute: config.AUTH_FAILURES_PER_MINUTE,
    platformJwt: platformJwtOf(config),
    faults: createFaultHook(config.FAULT_POINT),
    publicUrl: config.PUBLIC_URL ?? `http://localhost:${config.API_PORT}`,
    frameAncestors: config.PORTAL_FRAME_ANCESTORS,
    portalFolder: PORTAL_FOLDER,
    mailer,
    liveLog,
  });
  const close = async () => {
    redisSettings.stop();
    await announcer.drain();
    await producer.close();
    await queues.close();
    await counters.close();
    mailer?.close();
    await listener.close();
    await database.close();
  };
  return { app, backend: queues.backend, ready: counters.ready, endStreams: liveLog.close, close };
}

async function start(): Promise<void> {
  const config = readConfig();
  const logs = createLogs('api', config.LOG_LEVEL);
  const { log } = logs;
  const { app, backend, ready, endStreams, close } = wire(config, logs);
  const server = createServer(app);
  server.on('error', (error) => {
    log.fatal({ err: error }, `cannot listen on port ${config.API_PORT}`);
    process.exit(1);
  });
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), SHUTDOWN_LIMIT_MS).unref();
    const closed = new Promise((resolve) => server.close(resolve));
    // They would never end by themselves.
    await endStreams();
    // Again and again: a connection whose request ends only now would be kept for its next one, for 5 s more.
    const closing = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_INTERVAL_MS);
    await closed;
    clearInterval(closing);
    await close();
    log.info('stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

  await ready();
  if (stopping) return;
  server.listen(config.API_PORT, config.API_HOST, () =>
    log.info({ port: config.API_PORT, queue: backend }, 'listening'),
  );
}

await start();
