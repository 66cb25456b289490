import { expect, it } from '@jest/globals';
import { redisProblem, watchRedisSettings } from './redis-settings.js';

it('only noeviction is right for queues; a server that does not tell is believed', () => {
  expect(redisProblem({ maxmemory_policy: 'noeviction' })).toBeNull();
  expect(redisProblem({ maxmemory_policy: null })).toBeNull();
  for (const policy of ['allkeys-lru', 'volatile-lru', 'allkeys-random', 'volatile-ttl']) {
    expect(redisProblem({ maxmemory_policy: policy })).toContain(policy);
  }
});

it('without a Redis there is nothing to set wrongly', () => {
  const watch = watchRedisSettings({ redisUrl: undefined, onChange: () => expect(true).toBe(false) });
  expect(watch.isMisconfigured()).toBe(false);
  watch.stop();
});
