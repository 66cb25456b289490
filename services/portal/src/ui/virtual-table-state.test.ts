import { expect, it } from '@jest/globals';
import { target } from './virtual-table-state';

it.each([
  ['j', 3, 4],
  ['ArrowDown', 9, 9],
  ['k', 0, 0],
  ['ArrowUp', 5, 4],
  ['PageDown', 2, 7],
  ['PageUp', 2, 0],
  ['Home', 7, 0],
  ['End', 0, 9],
  ['Enter', 3, undefined],
])('%s on row %i of ten leads to %s', (key, from, to) => {
  expect(target(key, from, 5, 10)).toBe(to);
});

it('leads nowhere in an empty list', () => {
  expect(target('j', -1, 5, 0)).toBeUndefined();
});
