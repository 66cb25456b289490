import { expect, it } from '@jest/globals';
import type { Receiver } from '@switchboard/faults/receiver';
import { describeOnBackends } from '@switchboard/queue/testing';
import { untilEnded } from '../testing/running-worker.js';
import { workerSuite } from '../testing/worker-suite.js';

function fromFirstToLastMs({ posts }: Receiver): number {
  const times = posts.map((post) => post.received_at_ms);
  return Math.max(...times) - Math.min(...times);
}

describeOnBackends('an endpoint with rate_limit_per_second', (queues) => {
  const suite = workerSuite(queues);

  it('gets no more than that from all workers together, loses nothing, and spends no attempt on waiting', async () => {
    const receiver = await suite.receiver();
    await suite.endpoint('rate.limited', receiver.url, { rate_limit_per_second: 20 });
    suite.start();
    suite.start();
    const ids = await suite.publish('rate.limited', 60);
    expect(await untilEnded(queues, ids, 60, 20_000)).toMatchObject({ succeeded: 60 });
    expect(receiver.posts).toHaveLength(60);
    expect(receiver.posts.every((post) => post.headers['x-switchboard-attempt'] === '1')).toBe(true);
    // 60 at 20 a second, of which a fifth of a second's worth may come at once: 2.8 s, and less where the first was slow on
    // its way. How many are taken in any one second is counted exactly in take-within-rate.test.ts of packages/db.
    expect(fromFirstToLastMs(receiver)).toBeGreaterThan(2_000);
  });

  it('holds nobody else up', async () => {
    const [slow, other] = [await suite.receiver(), await suite.receiver()];
    await suite.endpoint('rate.slow', slow.url, { rate_limit_per_second: 1 });
    await suite.endpoint('rate.other', other.url);
    suite.start();
    await suite.publish('rate.slow', 200);
    const ids = await suite.publish('rate.other', 50);
    await untilEnded(queues, ids, 50);
    expect(other.posts).toHaveLength(50);
    expect(slow.posts.length).toBeLessThan(20);
  });

  it('keeps to it together with ordering "fifo"', async () => {
    const receiver = await suite.receiver();
    await suite.endpoint('rate.order', receiver.url, { rate_limit_per_second: 20, ordering: 'fifo' });
    suite.start();
    const ids = await suite.publish('rate.order', 10);
    await untilEnded(queues, ids, 10);
    expect(receiver.posts.map((post) => (JSON.parse(post.body.toString()) as { data: { n: number } }).data.n)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });
});
