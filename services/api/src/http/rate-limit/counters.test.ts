import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRateCounters, type RateCounter, type RateCounters } from '@switchboard/queue';
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
        onStoreState: (isUp) => void states.push(isUp),
      });
    two = [start(), start()];
    for (const counters of two) {
      await waitFor('its store is there', async () => {
        const before = states.length;
        await counters.window('warm-up', 60).count(newUuid());
        return states.length === before && states.at(-1) !== false;
      });
    }
  });
  afterAll(async () => {
    for (const counters of two) await counters.close();
  });

  it('count every request once, whichever process it came to', async () => {
    const windows = two.map((counters) => counters.window('minute', 60));
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (windows[index % 2] as RateCounter).count('a')),
    );
    expect(counts.map((count) => count.consumed).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    for (const count of counts) expect(count.reset_ms).toBeLessThanOrEqual(60_000);
  });

  it('keep keys and windows apart, and take a request back', async () => {
    const [minute, day] = [two[0].window('minute', 60), two[1].window('day', 86_400)];
    expect([(await minute.count('b')).consumed, (await day.count('b')).consumed]).toEqual([1, 1]);
    await day.giveBack('b');
    expect((await day.count('b')).consumed).toBe(1);
    expect((await minute.count('b')).consumed).toBe(2);
    expect((await minute.count('c')).consumed).toBe(1);
  });

  it('start anew when the window is over', async () => {
    const second = two[0].window('second', 1);
    await second.count('d');
    expect((await second.count('d')).consumed).toBe(2);
    await waitFor('the next window', async () => (await second.count('d')).consumed === 1, 3_000);
  });
});
