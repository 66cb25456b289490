import { Redis } from 'ioredis';

/** What matters of a Redis server's settings: one that evicts or forgets loses jobs without an error (measured.md). */
export interface RedisInspection {
  version: string;
  maxmemory_policy: string | null;
  append_only: boolean | null;
}

const CONNECT_TIMEOUT_MS = 3_000;

/** @throws what the connection throws where the server cannot be reached; settings are null where it does not tell them */
export async function inspectRedis(url: string): Promise<RedisInspection> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // The first INFO is the check; ioredis' own would double the wait for a server that hangs.
    enableReadyCheck: false,
    disconnectTimeout: 100,
  });
  // The command only says that the connection is closed; why, ECONNREFUSED for one, is told to this listener alone.
  let reason: unknown;
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect();
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';
    const appendOnly = await setting(redis, 'appendonly');
    return {
      version,
      maxmemory_policy: await setting(redis, 'maxmemory-policy'),
      append_only: appendOnly === null ? null : appendOnly === 'yes',
    };
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

/** Managed servers may forbid CONFIG; then nobody but their console can say. */
async function setting(redis: Redis, name: string): Promise<string | null> {
  try {
    const [, value] = (await redis.config('GET', name)) as string[];
    return value ?? null;
  } catch {
    return null;
  }
}
