import type { Database } from '@switchboard/db';
import { createProducer, startConsumer, type Consumer, type Producer, type QueueConnection } from '@switchboard/queue';
import { rememberingKeyring } from '@switchboard/shared';
import type { WideLog } from '@switchboard/logging';
import type { Logger } from 'pino';
import type { WorkerConfig } from './config.js';
import { createDeliver, type Deliver } from './delivery/deliver.js';
import { createEndpointGate, type EndpointGate } from './delivery/endpoint-gate.js';
import { createExchanger, type Exchanger } from './delivery/exchange.js';
import { createGuardedLookup } from './delivery/guarded-lookup.js';
import { createLoader } from './delivery/loader.js';
import { createNameResolver } from './delivery/name-resolver.js';
import { createRecorder } from './delivery/recorder.js';
import { createFanOut, type FanOut } from './fanout/fan-out.js';
import { createAdmission } from './flow/admission.js';
import { createBreaker } from './flow/breaker.js';
import { createFeeder, type Feeder } from './flow/feeder.js';
import { createOwnLanes } from './flow/own-lanes.js';
import { createQueueDepth } from './flow/queue-depth.js';
import { startRenewal } from './flow/renewal.js';
import type { Loop } from './lifecycle/loop.js';
import { startLiveLog, type LiveLog } from './live-log/live-log.js';
import { createOnGone, startAutoDisable } from './maintenance/auto-disable.js';
import { startCancelClosed } from './maintenance/cancel-closed.js';
import { createEndpointHealth, type EndpointHealth } from './maintenance/endpoint-health.js';
import { startRetention } from './maintenance/retention.js';
import { startSweeper } from './maintenance/sweeper.js';
import { startUpkeep } from './maintenance/upkeep.js';
import type { WorkerMetrics } from './operations/metrics.js';
import { startRelay } from './relay/relay.js';
import { startReplayRunner } from './replays/replay-runner.js';

export interface WorkerDeps {
  config: WorkerConfig;
  /** For the statements that every delivery passes through. */
  database: Database;
  /** For those that read much of a table now and then. */
  maintenance: Database;
  queues: QueueConnection;
  metrics: WorkerMetrics;
  log: Logger;
  wide: WideLog;
}

export interface RunningWorker {
  queueIsReady: () => boolean;
  /** Takes no more work, finishes the attempts in flight within the delivery timeout and 5 s, and closes what it opened. */
  stop(): Promise<void>;
}

const SHUTDOWN_MARGIN_MS = 5_000;
/** As BullMQ's lock in packages/queue: no busy event loop stands still for so long, whatever SWEEP_INTERVAL is. */
const LEAST_CLAIM_MS = 5_000;
/** Two batches of a fan-out, at the default: with one, half of each went through Redis for a few milliseconds’ wait. */
const OWN_PLACES = 2;
/** `timeout_ms` of an endpoint is at most this (migration 0001); then the attempt has ended, however it ended. */
const LONGEST_TIMEOUT_MS = 30_000;
const PROBE_MARGIN_MS = 5_000;
/** A receiver that has been dead for hours is asked six times an hour, and hears of its return within ten minutes. */
const MAX_BREAKER_PAUSE_MS = 600_000;

/** All that a worker process does, wired: fan-out, both delivery lanes, feeder, relay, sweeper, upkeep. */
export function startWorker(deps: WorkerDeps): RunningWorker {
  const { config, database, log } = deps;
  const producer = createProducer(deps.queues);
  const depth = createQueueDepth(producer);
  const lanes = createOwnLanes({
    // The lanes feed what they free, so that each knows the other.
    deliver: (job, onAnswered) => deliver(job, onAnswered),
    places: OWN_PLACES * config.DELIVERY_CONCURRENCY,
    onError: (error, job) => log.error({ err: error, job }, 'delivery failed; the sweeper brings it back'),
  });
  const gate = createEndpointGate();
  const claimMs = claimMsOf(config);
  const feeder = createFeeder({
    database,
    producer,
    lanes,
    depth,
    inFlight: gate.inFlight,
    log,
    leaseMs: claimMs,
    probeLeaseMs: Math.max(LONGEST_TIMEOUT_MS, config.DELIVERY_TIMEOUT) + PROBE_MARGIN_MS,
  });
  const exchanger = wireExchanger(config);
  const health = createEndpointHealth({ database, log });
  const liveLog = startLiveLog({ database, url: config.DATABASE_URL, log });
  const deliver = wireDeliver(deps, { producer, feeder, gate, exchanger, health, onRecorded: liveLog.noteOf });
  const fanOut = createFanOut({
    database,
    producer,
    lanes,
    leaseMs: claimMs,
    admission: createAdmission(depth),
    feeder,
    endpointConcurrency: config.ENDPOINT_CONCURRENCY,
    log,
    onFannedOut: deps.metrics.onFannedOut,
    onDeliveries: liveLog.note,
  });
  const consumers = startConsumers(deps, deliver, fanOut);
  const loops = [
    startRenewal({ database, lanes, log, leaseMs: claimMs }),
    ...feeder.start(),
    ...startLoops(deps, { producer, feeder, fanOut, liveLog }),
  ];
  return {
    queueIsReady: producer.isReady,
    stop: async () => {
      const patienceMs = config.DELIVERY_TIMEOUT + SHUTDOWN_MARGIN_MS;
      await Promise.all([...consumers, lanes].map((taker) => taker.close(patienceMs)));
      await Promise.all(loops.map((loop) => loop.stop()));
      await health.stop();
      await liveLog.stop();
      await producer.close();
      await exchanger.close();
    },
  };
}

function claimMsOf({ SWEEP_INTERVAL }: WorkerConfig): number {
  return Math.max(SWEEP_INTERVAL, LEAST_CLAIM_MS);
}

function wireExchanger(config: WorkerConfig): Exchanger {
  const addresses = config.ALLOWED_PRIVATE_NETWORKS;
  const resolveName = createNameResolver({
    servers: config.DNS_SERVERS,
    fallsBackToMachine: addresses.opensPrivateNetworks,
  });
  const lookup = createGuardedLookup(addresses, resolveName);
  return createExchanger({ addresses, allowHttp: config.ALLOW_HTTP, lookup });
}

interface DeliverParts {
  producer: Producer;
  feeder: Feeder;
  gate: EndpointGate;
  exchanger: Exchanger;
  health: EndpointHealth;
  onRecorded: LiveLog['noteOf'];
}

function wireDeliver({ config, database, metrics, log, wide }: WorkerDeps, parts: DeliverParts): Deliver {
  return createDeliver({
    ...parts,
    database,
    log,
    wide,
    breaker: createBreaker(),
    breakerPauseMs: config.BREAKER_PAUSE,
    maxPauseMs: Math.max(MAX_BREAKER_PAUSE_MS, config.BREAKER_PAUSE),
    onGone: createOnGone({ database, producer: parts.producer, log }),
    sweepIntervalMs: config.SWEEP_INTERVAL,
    claimMs: claimMsOf(config),
    endpointConcurrency: config.ENDPOINT_CONCURRENCY,
    loader: createLoader(database),
    recorder: createRecorder({ database, log }),
    request: {
      keyring: rememberingKeyring(config.ENCRYPTION_KEYS),
      brand: config.BRAND,
      userAgent: `${config.BRAND}-Webhooks/1.0`,
      defaultTimeoutMs: config.DELIVERY_TIMEOUT,
    },
    schedule: config.RETRY_SCHEDULE,
    defaultMaxAttempts: config.MAX_ATTEMPTS,
    onAttempt: metrics.onAttempt,
  });
}

/** Both lanes run the same code: what an endpoint has under way counts over the two together. */
function startConsumers({ config, queues, log }: WorkerDeps, deliver: Deliver, fanOut: FanOut): Consumer[] {
  const lane = (queue: 'deliveries' | 'retries', concurrency: number) =>
    startConsumer(queues, {
      queue,
      concurrency,
      process: deliver,
      onError: (error, job) => log.error({ err: error, job }, 'delivery job failed; the sweeper brings it back'),
    });
  return [
    lane('deliveries', config.DELIVERY_CONCURRENCY),
    lane('retries', config.RETRY_CONCURRENCY),
    startConsumer(queues, {
      queue: 'events',
      concurrency: config.FAN_OUT_CONCURRENCY,
      process: ({ event_ids }) => fanOut.events(event_ids),
      onError: (error, job) => log.error({ err: error, job }, 'fan-out job failed; the relay brings it back'),
    }),
  ];
}

interface LoopParts {
  producer: Producer;
  feeder: Feeder;
  fanOut: FanOut;
  liveLog: LiveLog;
}

function startLoops(deps: WorkerDeps, { producer, feeder, fanOut, liveLog }: LoopParts): Loop[] {
  const { config, database, maintenance, metrics, log } = deps;
  const sweepIntervalMs = config.SWEEP_INTERVAL;
  return [
    startRelay({ fanOut, log, sweepIntervalMs }),
    startSweeper({ database, producer, feeder, log, sweepIntervalMs }),
    startCancelClosed({ database, log, sweepIntervalMs, attemptTimeoutMs: config.DELIVERY_TIMEOUT }),
    startReplayRunner({
      ...{ database: maintenance, producer, log, ratePerSecond: config.REPLAY_RATE_PER_SECOND },
      onStarted: liveLog.note,
    }),
    startAutoDisable({ database: maintenance, producer, log, failingForMs: config.AUTO_DISABLE_AFTER }),
    startUpkeep({ database: maintenance, log, onDefaultPartition: metrics.onDefaultPartition }),
    startRetention({ database: maintenance, log, retentionDays: config.RETENTION_DAYS }),
  ];
}
