import type { Database } from '@switchboard/db';
import { createProducer, startConsumer, type QueueConnection } from '@switchboard/queue';
import type { Logger } from 'pino';
import type { WorkerConfig } from './config.js';
import { createDeliver, type DeliverDeps } from './delivery/deliver.js';
import { createEndpointGate } from './delivery/endpoint-gate.js';
import { createExchanger } from './delivery/exchange.js';
import { createGuardedLookup } from './delivery/guarded-lookup.js';
import { createLoader } from './delivery/loader.js';
import { createRecorder } from './delivery/recorder.js';
import { createFanOut } from './fanout/fan-out.js';
import { startSweeper } from './maintenance/sweeper.js';
import { startUpkeep } from './maintenance/upkeep.js';
import type { WorkerMetrics } from './operations/metrics.js';
import { startRelay } from './relay/relay.js';

export interface WorkerDeps {
  config: WorkerConfig;
  database: Database;
  queues: QueueConnection;
  metrics: WorkerMetrics;
  log: Logger;
}

export interface RunningWorker {
  queueIsReady: () => boolean;
  /** Takes no more work, finishes the attempts in flight within the delivery timeout and 5 s, and closes what it opened. */
  stop(): Promise<void>;
}

const SHUTDOWN_MARGIN_MS = 5_000;

/** All that a worker process does, wired: fan-out, both delivery lanes, relay, sweeper, upkeep. */
export function startWorker({ config, database, queues, metrics, log }: WorkerDeps): RunningWorker {
  const producer = createProducer(queues);
  const sweepIntervalMs = config.SWEEP_INTERVAL;
  const fanOut = createFanOut({ database, producer, log, onFannedOut: metrics.onFannedOut });
  const addresses = config.ALLOWED_PRIVATE_NETWORKS;
  const exchanger = createExchanger({ addresses, lookup: createGuardedLookup(addresses) });
  const shared: Omit<DeliverDeps, 'gate'> = {
    database,
    producer,
    exchanger,
    log,
    sweepIntervalMs,
    loader: createLoader(database),
    recorder: createRecorder({ database, log }),
    request: {
      keyring: config.ENCRYPTION_KEYS,
      brand: config.BRAND,
      userAgent: `${config.BRAND}-Webhooks/1.0`,
      defaultTimeoutMs: config.DELIVERY_TIMEOUT,
    },
    schedule: config.RETRY_SCHEDULE,
    defaultMaxAttempts: config.MAX_ATTEMPTS,
    onAttempt: metrics.onAttempt,
  };
  const lane = (queue: 'deliveries' | 'retries', concurrency: number) =>
    startConsumer(queues, {
      queue,
      concurrency,
      // A gate a lane: retries must not take the places of first attempts.
      process: createDeliver({ ...shared, gate: createEndpointGate(config.ENDPOINT_CONCURRENCY) }),
      onError: (error, job) => log.error({ err: error, job }, 'delivery job failed; the sweeper brings it back'),
    });
  const consumers = [
    lane('deliveries', config.DELIVERY_CONCURRENCY),
    lane('retries', config.RETRY_CONCURRENCY),
    startConsumer(queues, {
      queue: 'events',
      concurrency: config.FAN_OUT_CONCURRENCY,
      process: async ({ event_ids }) => {
        await fanOut.events(event_ids);
        return { kind: 'done' };
      },
      onError: (error, job) => log.error({ err: error, job }, 'fan-out job failed; the relay brings it back'),
    }),
  ];
  const loops = [
    startRelay({ fanOut, log, sweepIntervalMs }),
    startSweeper({ database, producer, log, sweepIntervalMs }),
    startUpkeep({ database, log, onDefaultPartition: metrics.onDefaultPartition }),
  ];
  return {
    queueIsReady: producer.isReady,
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.close(config.DELIVERY_TIMEOUT + SHUTDOWN_MARGIN_MS)));
      await Promise.all(loops.map((loop) => loop.stop()));
      await producer.close();
      await exchanger.close();
    },
  };
}
