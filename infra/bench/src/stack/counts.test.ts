import { expect, it } from '@jest/globals';
import { violationsOf, type Counts } from './counts.js';

const right: Counts = { accepted: 5, arrived: 5, duplicates: 0, succeeded: 5, not_succeeded: 0, attempts: 5 };

it('counts that agree break no promise', () => {
  expect(violationsOf(right)).toEqual([]);
});

it.each<[string, Partial<Counts>]>([
  ['nothing was accepted', { accepted: 0, arrived: 0, succeeded: 0, attempts: 0 }],
  ['one was lost on the way', { arrived: 4 }],
  ['one arrived that the log does not know of', { succeeded: 4, attempts: 4 }],
  ['the log has an attempt too many', { attempts: 6 }],
  ['one was delivered twice', { duplicates: 1 }],
  ['one ended otherwise', { not_succeeded: 1 }],
])('it is a violation where %s', (_what, fields) => {
  expect(violationsOf({ ...right, ...fields }).length).toBeGreaterThan(0);
});
