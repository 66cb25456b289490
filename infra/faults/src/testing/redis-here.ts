import { describe } from '@jest/globals';
import { findRedisBinary } from '@switchboard/local/servers/redis-binary';

const isRedisHere = (await findRedisBinary({ install: false })).path !== undefined;
const isCi = process.env.CI === 'true' || process.env.CI === '1';

/** A suite that starts Redis servers of its own. Without the program it is skipped by name; in CI it fails instead. */
export function describeWithRedis(title: string, define: () => void): void {
  if (isRedisHere || isCi) describe(title, define);
  else describe.skip(`${title} (no Redis here)`, define);
}
