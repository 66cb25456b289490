import { findRedisBinary } from '../servers/redis.js';
import { NOTHING, type Tally } from './tally.js';

export interface RedisForTests {
  tally: Tally;
  /** The sentence for the last lines, undefined where there is a Redis. */
  note: string | undefined;
}

/**
 * Half of the queue and pipeline suites need a Redis. Where none can be had they are skipped and that is said; CI
 * must not call half a run a success.
 */
export async function redisForTests(env: NodeJS.ProcessEnv, find = findRedisBinary): Promise<RedisForTests> {
  if (env.REDIS_URL) return { tally: NOTHING, note: undefined };
  const binary = await find({ install: true, say: (sentence) => console.log(sentence) });
  if (binary.path !== undefined) return { tally: NOTHING, note: undefined };
  if (isCi(env)) {
    return {
      tally: { ...NOTHING, failed: 1 },
      note: `FAILED: with CI=true the tests need a Redis, and ${binary.reason}. Set REDIS_URL or install redis-server.`,
    };
  }
  return {
    tally: { ...NOTHING, skipped: 1 },
    note: `SKIPPED: everything on Redis, because ${binary.reason}. Set REDIS_URL or install redis-server to run it.`,
  };
}

export function isCi(env: NodeJS.ProcessEnv): boolean {
  return env.CI === 'true' || env.CI === '1';
}
