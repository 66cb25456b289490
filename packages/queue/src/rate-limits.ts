import { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type pg from 'pg';

/** Where a key stands in its window after a request was counted. */
export interface WindowCount {
  consumed: number;
  /** Until the window starts anew. */
  reset_ms: number;
}

/** Counts requests in windows of fixed length, over all processes together. */
export interface RateCounter {
  /** Counts one request. Never rejects: without its store it counts in this process (accepted failure: limits are looser). */
  count(key: string): Promise<WindowCount>;
  /** Takes one back: a request that another window refused. */
  giveBack(key: string): Promise<void>;
}

export interface RateCounters {
  /** @param windowSeconds the length of the window, which begins with a key's first request */
  window(name: string, windowSeconds: number): RateCounter;
  close(): Promise<void>;
}

export interface RateCountersOptions {
  redisUrl: string | undefined;
  prefix: string;
  /** Used where there is no Redis. */
  pool: pg.Pool;
  /** Called once an outage, and once when it is over. */
  onStoreState(isUp: boolean, error: Error | null): void;
}

/** The limits themselves are the caller's: they differ by plan, so the library only counts. */
const NO_LIMIT = 2_000_000_000;
/** A request must not wait for a store that hangs; after one that did, the store is left alone for a moment. */
const COMMAND_TIMEOUT_MS = 150;
const PAUSE_AFTER_FAILURE_MS = 1_000;

export function createRateCounters(options: RateCountersOptions): RateCounters {
  const redis = options.redisUrl === undefined ? undefined : connect(options.redisUrl);
  const store = storeState(options.onStoreState);
  return {
    window: (name, windowSeconds) => {
      const common = { points: NO_LIMIT, duration: windowSeconds, keyPrefix: `${options.prefix}:rate:${name}` };
      const shared: RateLimiterAbstract = redis
        ? new RateLimiterRedis({ ...common, storeClient: redis, rejectIfRedisNotReady: true })
        : new RateLimiterPostgres({
            ...common,
            storeClient: options.pool,
            storeType: 'pool',
            tableName: 'rate_limits',
            tableCreated: true,
            clearExpiredByTimeout: false,
          });
      return counterOf(shared, new RateLimiterMemory(common), store);
    },
    close: () => {
      redis?.disconnect();
      return Promise.resolve();
    },
  };
}

function connect(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (times) => Math.min(times * 50, 1_000),
  });
  redis.on('error', () => undefined);
  return redis;
}

interface StoreState {
  isPaused(): boolean;
  failed(error: Error): void;
  succeeded(): void;
}

function storeState(onStoreState: RateCountersOptions['onStoreState']): StoreState {
  let pausedUntil = 0;
  let isUp = true;
  return {
    isPaused: () => Date.now() < pausedUntil,
    failed: (error) => {
      pausedUntil = Date.now() + PAUSE_AFTER_FAILURE_MS;
      if (isUp) onStoreState(false, error);
      isUp = false;
    },
    succeeded: () => {
      if (!isUp) onStoreState(true, null);
      isUp = true;
    },
  };
}

function counterOf(shared: RateLimiterAbstract, local: RateLimiterAbstract, store: StoreState): RateCounter {
  const onStore = async <T>(use: (limiter: RateLimiterAbstract) => Promise<T>): Promise<T> => {
    if (store.isPaused()) return use(local);
    try {
      const result = await use(shared);
      store.succeeded();
      return result;
    } catch (error) {
      store.failed(error instanceof Error ? error : new Error('rate limit store refused'));
      return use(local);
    }
  };
  return {
    count: async (key) => {
      const { consumedPoints, msBeforeNext } = await onStore((limiter) => limiter.consume(key));
      return { consumed: consumedPoints, reset_ms: msBeforeNext };
    },
    giveBack: async (key) => {
      await onStore((limiter) => limiter.reward(key));
    },
  };
}
