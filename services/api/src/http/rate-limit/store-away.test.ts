import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectError } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { canStartRedis, startOwnRedis, type OwnRedis } from '../../testing/redis-server.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';

let redis: OwnRedis;
let api: TestApi;

const PATH = '/api/v1/customers';
/** A command is given up after 150 ms; the rest is a slow machine's. */
const FAST_MS = 1_000;

/** What was logged of the store so far: false where it went away, true where it came back. */
const storeStates = () =>
  api.logLines
    .filter((line) => line.includes('rate limit store'))
    .map((line) => (JSON.parse(line) as { isUp: boolean }).isUp);

/** All of a Starter's minute and one more. */
async function useUpTheMinute(tenant: Tenant): Promise<void> {
  for (let request = 1; request <= 30; request += 1) {
    const begun = performance.now();
    expect((await tenant.get(PATH)).status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(FAST_MS);
  }
  expectError(await tenant.get(PATH), 'rate_limited');
}

(canStartRedis ? describe : describe.skip)('without its Redis', () => {
  beforeAll(async () => {
    redis = await startOwnRedis();
    api = await startTestApi({ redisUrl: redis.url });
  });
  afterAll(async () => {
    redis.thaw();
    await api.close();
    await redis.dispose();
  });

  it.each([
    ['killed', () => redis.kill(), () => redis.start()],
    ['frozen', () => Promise.resolve(redis.freeze()), () => Promise.resolve(redis.thaw())],
  ])(
    'that is %s, each process counts for itself, answers as fast as ever, and says so once',
    async (_how, takeAway, bringBack) => {
      const before = await api.createTenant({ plan: 'starter' });
      // On a busy machine a command may have taken too long.
      await waitFor('it counts on Redis', async () => {
        await before.get(PATH);
        return storeStates().at(-1) !== false;
      });
      const statesBefore = storeStates().length;

      await takeAway();
      await useUpTheMinute(await api.createTenant({ plan: 'starter' }));
      expect(storeStates().slice(statesBefore)).toEqual([false]);

      await bringBack();
      await waitFor('it counts on Redis again', async () => {
        await before.get(PATH);
        return storeStates().length > statesBefore + 1;
      });
      expect(storeStates().slice(statesBefore)).toEqual([false, true]);
      await useUpTheMinute(await api.createTenant({ plan: 'starter' }));
    },
  );
});
