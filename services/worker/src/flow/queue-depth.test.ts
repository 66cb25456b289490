import { describe, expect, it } from '@jest/globals';
import { QueueUnavailableError, type Producer } from '@switchboard/queue';
import { createQueueDepth } from './queue-depth.js';

/** A depth with a clock of its own, over two lanes with so many jobs waiting. */
function aDepth(lanes: { deliveries: number; retries: number }) {
  let time = 0;
  let asked = 0;
  let isAway = false;
  const waitingCount: Producer['waitingCount'] = (key) => {
    asked += 1;
    if (isAway || key === 'events') return Promise.reject(new QueueUnavailableError('away'));
    return Promise.resolve(lanes[key]);
  };
  return {
    ...createQueueDepth({ waitingCount }, () => time),
    pass: (ms: number) => (time += ms),
    asked: () => asked,
    goAway: () => (isAway = true),
    lanes,
  };
}

describe('queue depth', () => {
  it('counts what waits in both lanes', async () => {
    expect(await aDepth({ deliveries: 3, retries: 4 }).read()).toBe(7);
  });

  it('asks the queue once in 100 ms, and counts on what is added in between', async () => {
    const depth = aDepth({ deliveries: 3, retries: 0 });
    await depth.read();
    depth.added(5);
    depth.pass(100);
    expect(await depth.read()).toBe(8);
    expect(depth.asked()).toBe(2);
    depth.pass(1);
    expect(await depth.read()).toBe(3);
    expect(depth.asked()).toBe(4);
  });

  it('asks once for all that read at the same moment', async () => {
    const depth = aDepth({ deliveries: 3, retries: 0 });
    expect(await Promise.all([depth.read(), depth.read(), depth.read()])).toEqual([3, 3, 3]);
    expect(depth.asked()).toBe(2);
  });

  it('takes a queue that cannot be asked for an empty one: what is added to it fails and says so', async () => {
    const depth = aDepth({ deliveries: 3, retries: 0 });
    depth.goAway();
    expect(await depth.read()).toBe(0);
  });
});
