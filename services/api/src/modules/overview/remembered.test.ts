import { describe, expect, it } from '@jest/globals';
import { createRemembered } from './remembered.js';

describe('answers that are remembered', () => {
  it('one question at a time: who asks meanwhile gets the same answer', async () => {
    const remembered = createRemembered<number>();
    let asked = 0;
    const ask = () => remembered.get('a', () => Promise.resolve((asked += 1)));
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await ask()).toBe(1);
    expect(await remembered.get('b', () => Promise.resolve(7))).toBe(7);
  });

  it('a failure is remembered as well: a question too heavy is not asked again at once', async () => {
    const remembered = createRemembered<number>();
    await expect(remembered.get('a', () => Promise.reject(new Error('too much')))).rejects.toThrow('too much');
    await expect(remembered.get('a', () => Promise.resolve(1))).rejects.toThrow('too much');
  });
});
