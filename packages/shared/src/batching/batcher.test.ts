import { describe, expect, it } from '@jest/globals';
import { createBatcher } from './batcher.js';

const double = (items: number[]) => Promise.resolve(items.map((item) => item * 2));

/** A batch that is under way until the test lets it go. */
function heldBatches() {
  const batches: { items: number[]; finish: (error?: Error) => void }[] = [];
  const run = (items: number[]) =>
    new Promise<number[]>((resolve, reject) => {
      batches.push({ items, finish: (error) => (error ? reject(error) : resolve(items.map((item) => item * 2))) });
    });
  return { batches, run };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('gives each item its own result', async () => {
    const batcher = createBatcher({ maxSize: 10, maxUnderWay: 1, run: double });
    expect(await Promise.all([1, 2, 3].map((item) => batcher.submit(item)))).toEqual([2, 4, 6]);
  });

  it('makes one batch of what is submitted within one turn of the event loop', async () => {
    const { batches, run } = heldBatches();
    const batcher = createBatcher({ maxSize: 10, maxUnderWay: 1, run });
    const results = Promise.all([1, 2, 3].map((item) => batcher.submit(item)));
    await nextTurn();
    expect(batches.map((batch) => batch.items)).toEqual([[1, 2, 3]]);
    batches[0]?.finish();
    expect(await results).toEqual([2, 4, 6]);
  });

  it('lets what comes while a batch is under way grow into the next one', async () => {
    const { batches, run } = heldBatches();
    const batcher = createBatcher({ maxSize: 10, maxUnderWay: 1, run });
    const first = batcher.submit(1);
    await nextTurn();
    const later = [2, 3, 4].map((item) => batcher.submit(item));
    await nextTurn();
    expect(batches).toHaveLength(1);
    batches[0]?.finish();
    await first;
    await nextTurn();
    expect(batches.map((batch) => batch.items)).toEqual([[1], [2, 3, 4]]);
    batches[1]?.finish();
    expect(await Promise.all(later)).toEqual([4, 6, 8]);
  });

  it('never makes a batch larger than it may be, nor more at once than it may', async () => {
    const sizes: number[] = [];
    let underWay = 0;
    let most = 0;
    const batcher = createBatcher<number, number>({
      maxSize: 7,
      maxUnderWay: 2,
      run: async (items) => {
        sizes.push(items.length);
        most = Math.max(most, (underWay += 1));
        await nextTurn();
        underWay -= 1;
        return items;
      },
    });
    const items = Array.from({ length: 100 }, (_, index) => index);
    expect(await Promise.all(items.map((item) => batcher.submit(item)))).toEqual(items);
    expect(Math.max(...sizes)).toBe(7);
    expect(most).toBe(2);
  });

  it('rejects every item of a batch that failed, and goes on with the next', async () => {
    const { batches, run } = heldBatches();
    const batcher = createBatcher({ maxSize: 2, maxUnderWay: 1, run });
    const results = Promise.allSettled([1, 2, 3].map((item) => batcher.submit(item)));
    await nextTurn();
    batches[0]?.finish(new Error('refused'));
    while (batches.length < 2) await nextTurn();
    batches[1]?.finish();
    expect((await results).map((result) => result.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
