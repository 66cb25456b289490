import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRateCounters, type RateCounter, type RateCounters, type WindowCount } from '@switchboard/queue';
import { newUuid } from '@switchboard/shared';
import { waitFor } from '../../testing/waiting.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const redis = process.env.SWITCHBOARD_TEST_REDIS_URL;

describe.each(['PostgreSQL', ...(redis ? ['Redis'] : [])])('counters on %s', (store) => {
  const states: boolean[] = [];
  const prefix = newUuid();
  let two: [RateCounters, RateCounters];

  beforeAll(async () => {
    const start = () =>
      createRateCounters({
        redisUrl: store === 'Redis' ? redis : undefined,
        prefix,
        pool: test.database.pool,
        commandTimeoutMs: 10_000,
        onStoreState: (isUp) => void states.push(isUp),
      });
    two = [start(), start()];
    for (const counters of two) await counters.ready();
  });
  // All of them counted on the store, from the first request on.
  afterEach(() => expect(states).toEqual([]));
  afterAll(async () => {
    for (const counters of two) await counters.close();
  });

  it('count every request once, whichever process it came to', async () => {
    const windows = two.map((counters) => counters.windows([MINUTE]));
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (windows[index % 2] as RateCounter).count('a')),
    );
    expect(counts.map(consumed).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    for (const [count] of counts) {
      expect(count?.reset_ms).toBeLessThanOrEqual(60_000);
      expect(count?.reset_ms).toBeGreaterThan(50_000);
    }
  });

  it('keep keys and windows apart, and take a request back', async () => {
    const both = two[0].windows([MINUTE, DAY]);
    const day = two[1].windows([DAY]);
    expect((await both.count('b')).map(({ consumed }) => consumed)).toEqual([1, 1]);
    await both.giveBack('b', 'day');
    expect(consumed(await day.count('b'))).toBe(1);
    expect((await both.count('b')).map(({ consumed }) => consumed)).toEqual([2, 2]);
    expect(consumed(await both.count('c'))).toBe(1);
  });

  it('start anew when the window is over', async () => {
    const second = two[0].windows([{ name: 'second', seconds: 1 }]);
    await second.count('d');
    expect(consumed(await second.count('d'))).toBe(2);
    await waitFor('the next window', async () => consumed(await second.count('d')) === 1, 3_000);
  });

  it('let no window live for ever that is given back to after its end', async () => {
    const second = two[0].windows([{ name: 'short', seconds: 1 }]);
    await second.giveBack('e', 'short');
    await waitFor('a window of its own', async () => consumed(await second.count('e')) === 1, 3_000);
  });
});

const MINUTE = { name: 'minute', seconds: 60 };
const DAY = { name: 'day', seconds: 86_400 };

function consumed(counts: readonly WindowCount[]): number {
  return counts[0]?.consumed ?? Number.NaN;
}
