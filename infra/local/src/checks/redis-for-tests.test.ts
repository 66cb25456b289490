import { describe, expect, it } from '@jest/globals';
import type { RedisBinary } from '../servers/redis.js';
import { redisForTests } from './redis-for-tests.js';

const nowhere = (): Promise<RedisBinary> => Promise.resolve({ path: undefined, reason: 'there is none' });
const here = (): Promise<RedisBinary> => Promise.resolve({ path: '/usr/bin/redis-server' });

describe('npm test where no Redis can be had', () => {
  it('says what it skipped, and counts it', async () => {
    const { tally, note } = await redisForTests({}, nowhere);
    expect(tally).toEqual({ passed: 0, failed: 0, skipped: 1 });
    expect(note).toContain('SKIPPED: everything on Redis, because there is none.');
  });

  it('fails with CI=true: half a run is no success', async () => {
    const { tally, note } = await redisForTests({ CI: 'true' }, nowhere);
    expect(tally).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(note).toContain('FAILED: with CI=true the tests need a Redis, and there is none.');
  });

  it('says nothing where there is one, or REDIS_URL names one', async () => {
    const silent = { tally: { passed: 0, failed: 0, skipped: 0 }, note: undefined };
    expect(await redisForTests({ CI: 'true' }, here)).toEqual(silent);
    expect(await redisForTests({ REDIS_URL: 'redis://localhost' }, nowhere)).toEqual(silent);
  });
});
