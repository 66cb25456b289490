import { describe, expect, it } from '@jest/globals';
import { expiresAt, expiryProblem, oldKeyEndsAt } from './expiry';

const NOW = Date.parse('2026-06-30T12:00:00.000Z');

describe('the end of a new key', () => {
  it('is none, so many days from now, or the end of a day', () => {
    expect(expiresAt({ preset: 'never', date: '' }, NOW)).toBeUndefined();
    expect(expiresAt({ preset: '7', date: '' }, NOW)).toBe('2026-07-07T12:00:00.000Z');
    expect(expiresAt({ preset: 'date', date: '2026-07-01' }, NOW)).toBe(new Date('2026-07-01T23:59:59').toISOString());
  });

  it('has to be a day that is not over', () => {
    expect(expiryProblem({ preset: 'date', date: '' }, NOW)).toMatch('Choose the last day');
    expect(expiryProblem({ preset: 'date', date: '2026-06-01' }, NOW)).toMatch('not over yet');
    expect(expiryProblem({ preset: 'date', date: '2026-07-01' }, NOW)).toBeUndefined();
    expect(expiryProblem({ preset: '30', date: '' }, NOW)).toBeUndefined();
  });
});

describe('the end of a key that is rolled', () => {
  it('comes after the overlap', () => {
    expect(oldKeyEndsAt(24, null, NOW).toISOString()).toBe('2026-07-01T12:00:00.000Z');
  });

  it('stays where it was if that is sooner', () => {
    expect(oldKeyEndsAt(24, '2026-06-30T13:00:00.000Z', NOW).toISOString()).toBe('2026-06-30T13:00:00.000Z');
  });
});
