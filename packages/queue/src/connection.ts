import { createPostgresBackend, Queue, withBackend, Worker, type Job, type WorkerOptions } from 'bullmq';
import { Redis } from 'ioredis';

/** Where the queues live. Redis is the main path; without it they are tables of PostgreSQL (design.md, section 5). */
export interface QueueSettings {
  redisUrl: string | undefined;
  databaseUrl: string;
  /** What the keys in Redis start with. */
  prefix: string;
}

/** What this package uses of a BullMQ queue and worker: the same on both backends, whose types differ. */
export type OpenQueue = Pick<Queue<unknown>, 'add' | 'addBulk' | 'getJobCounts' | 'close'>;
export type OpenWorker = Pick<Worker<unknown>, 'pause' | 'close'>;

export type Processor = (job: Pick<Job<unknown>, 'data'>) => Promise<void>;
type TunedWorkerOptions = Omit<WorkerOptions, 'connection' | 'prefix'>;

/** The one place that knows which backend is underneath. */
export interface QueueConnection {
  readonly backend: 'redis' | 'postgres';
  openQueue(name: string): OpenQueue;
  openWorker(name: string, processor: Processor, options: TunedWorkerOptions): OpenWorker;
  /** Whether commands would go through now; they must not be sent while it is false, because they would wait. */
  isReady(): boolean;
  close(): Promise<void>;
}

/** Never give up: a server that is down for an hour is back some time. Pauses 50 ms, 100 ms ... 1 s. */
const reconnect = (times: number) => Math.min(times * 50, 1_000);

/** ioredis leaves a timer of this length behind when it is told to disconnect while there is no server; its default is 2 s. */
const DISCONNECT_TIMEOUT_MS = 250;

export function connectQueues(settings: QueueSettings, onError: (error: Error) => void): QueueConnection {
  return settings.redisUrl === undefined
    ? connectPostgres(settings.databaseUrl, onError)
    : connectRedis(settings.redisUrl, settings.prefix, onError);
}

function connectRedis(url: string, prefix: string, onError: (error: Error) => void): QueueConnection {
  // BullMQ wants no limit of retries a request on connections that workers block on.
  const connection = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: reconnect,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  });
  connection.on('error', onError);
  const options = { connection, prefix };
  return {
    backend: 'redis',
    openQueue: (name) => new Queue<unknown>(name, { ...options, skipWaitingForReady: true }).on('error', onError),
    openWorker: (name, processor, tuning) =>
      new Worker<unknown>(name, processor, { ...options, ...tuning }).on('error', onError),
    isReady: () => connection.status === 'ready',
    close: () => {
      // disconnect(), not quit(): quit waits for the server's answer, and there may be no server.
      connection.disconnect();
      return Promise.resolve();
    },
  };
}

/** Connections a queue or worker keeps on the PostgreSQL backend, beside the one it listens on. */
const POSTGRES_POOL_SIZE = 4;

function connectPostgres(databaseUrl: string, onError: (error: Error) => void): QueueConnection {
  const postgres = withBackend(createPostgresBackend);
  const connection = {
    connectionString: databaseUrl,
    max: POSTGRES_POOL_SIZE,
    application_name: 'switchboard-queue',
    connectionTimeoutMillis: 5_000,
    migrate: true,
  };
  return {
    backend: 'postgres',
    openQueue: (name) => new postgres.Queue<unknown>(name, { connection }).on('error', onError),
    openWorker: (name, processor, tuning) =>
      new postgres.Worker<unknown>(name, processor, { connection, ...tuning }).on('error', onError),
    // The pool answers or fails within its own time limit; there is no queue of commands to pile up.
    isReady: () => true,
    close: () => Promise.resolve(),
  };
}
