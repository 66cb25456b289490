import { createDatabase } from '@switchboard/db';
import { connectQueues, watchRedisSettings } from '@switchboard/queue';
import { createLogs } from '@switchboard/logging';
import { ConfigError, EXIT_CODE_CONFIG } from '@switchboard/shared';
import { MAINTENANCE_CONNECTIONS, parseWorkerConfig, type WorkerConfig } from './config.js';
import { createWorkerMetrics } from './operations/metrics.js';
import { createOperationsServer } from './operations/server.js';
import { startWorker } from './worker.js';

function readConfig(): WorkerConfig {
  try {
    return parseWorkerConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CODE_CONFIG);
  }
}

function start(): void {
  const config = readConfig();
  const { log, wide } = createLogs('worker', config.LOG_LEVEL);
  const metrics = createWorkerMetrics();
  const common = { url: config.DATABASE_URL, applicationName: 'switchboard-worker' };
  const database = createDatabase({
    ...common,
    poolSize: config.WORKER_DATABASE_POOL_SIZE - MAINTENANCE_CONNECTIONS,
    keyedLookups: true,
  });
  const maintenance = createDatabase({ ...common, poolSize: MAINTENANCE_CONNECTIONS });
  const queues = connectQueues(
    { redisUrl: config.REDIS_URL, databaseUrl: config.DATABASE_URL, prefix: config.QUEUE_PREFIX },
    (error) => log.debug({ err: error }, 'queue connection'),
  );
  const worker = startWorker({ config, database, maintenance, queues, metrics, log, wide });
  const redisSettings = watchRedisSettings({
    redisUrl: config.REDIS_URL,
    onChange: (problem) =>
      problem === null ? log.info('Redis is set rightly again') : log.error({ problem }, 'Redis is set wrongly'),
  });
  const server = createOperationsServer({
    database,
    queueIsReady: worker.queueIsReady,
    queueIsMisconfigured: redisSettings.isMisconfigured,
    metrics,
  });
  server.on('error', (error) => {
    log.fatal({ err: error }, `cannot listen on port ${config.WORKER_PORT}`);
    process.exit(1);
  });
  server.listen(config.WORKER_PORT, config.WORKER_HOST, () =>
    log.info({ port: config.WORKER_PORT, queue: queues.backend }, 'working'),
  );

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping; finishing attempts in flight');
    redisSettings.stop();
    await worker.stop();
    server.close();
    server.closeAllConnections();
    await queues.close();
    await database.close();
    await maintenance.close();
    log.info('stopped');
    // What a bounded close left hanging must not keep the process: another worker picks it up.
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

start();
