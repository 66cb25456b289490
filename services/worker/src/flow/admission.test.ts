import { describe, expect, it } from '@jest/globals';
import type { FannedOutDelivery } from '@switchboard/db';
import { newUuid } from '@switchboard/shared';
import { createAdmission } from './admission.js';

function deliveries(endpoint_id: string, count: number, held_by: FannedOutDelivery['held_by'] = null) {
  return Array.from({ length: count }, () => ({
    ...{ delivery_id: newUuid(), event_id: newUuid(), endpoint_id },
    ...{ held_by, claimed_until: held_by ? null : new Date() },
  }));
}

/** An admission with a clock of its own, before a queue in which so many jobs wait. */
function anAdmission(waiting: number) {
  let [time, length] = [0, waiting];
  let reads = 0;
  const admission = createAdmission(
    {
      read: () => {
        reads += 1;
        return Promise.resolve(length);
      },
      added: (count) => (length += count),
    },
    () => time,
  );
  return {
    ...admission,
    pass: (ms: number) => (time += ms),
    drain: () => (length = 0),
    length: () => length,
    reads: () => reads,
  };
}

describe('admission', () => {
  it('lets everything in while the queue is short, however much it is of one endpoint', async () => {
    const { divide } = anAdmission(0);
    const given = deliveries('a', 200);
    expect(await divide(given)).toEqual({ queued: given, held: [], left: [] });
  });

  it('gives each endpoint a share a second once the queue is not short; what is beyond it is its own backlog', async () => {
    const { divide, pass } = anAdmission(200);
    const first = await divide([...deliveries('busy', 60), ...deliveries('calm', 3)]);
    expect(first.queued.map(({ endpoint_id }) => endpoint_id)).toEqual([
      ...Array.from({ length: 50 }, () => 'busy'),
      ...Array.from({ length: 3 }, () => 'calm'),
    ]);
    expect(first.left.map(({ endpoint_id }) => endpoint_id)).toEqual(Array.from({ length: 10 }, () => 'busy'));

    const second = await divide([...deliveries('busy', 1), ...deliveries('calm', 47)]);
    expect(second.queued).toHaveLength(47);
    expect(second.left.map(({ endpoint_id }) => endpoint_id)).toEqual(['busy']);

    pass(1_000);
    expect((await divide(deliveries('busy', 50))).queued).toHaveLength(50);
  });

  it('counts what it lets in: a long batch makes the queue long itself', async () => {
    const { divide, length } = anAdmission(0);
    const { queued, left } = await divide(deliveries('busy', 400));
    expect(queued).toHaveLength(250);
    expect(left).toHaveLength(150);
    expect(length()).toBe(250);
  });

  it('lets nothing in where the queue is as long as it may be: Redis stays small whatever happens', async () => {
    const { divide, drain } = anAdmission(20_000);
    const given = [...deliveries('a', 2), ...deliveries('b', 1)];
    expect(await divide(given)).toEqual({ queued: [], held: [], left: given });
    drain();
    expect((await divide(given)).queued).toEqual(given);
  });

  it('keeps back what its endpoint’s own state holds, and asks the queue nothing for that alone', async () => {
    const { divide, reads } = anAdmission(0);
    const held = (['turn', 'rate', 'pause', 'backlog'] as const).flatMap((held_by) => deliveries('a', 1, held_by));
    expect(await divide(held)).toEqual({ queued: [], held, left: [] });
    expect(reads()).toBe(0);
    const free = deliveries('b', 2);
    expect(await divide([...held, ...free])).toEqual({ queued: free, held, left: [] });
  });
});
