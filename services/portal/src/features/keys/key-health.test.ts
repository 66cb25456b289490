import { describe, expect, it } from '@jest/globals';
import { inOrder, keyState, shouldBeRolled, staleness } from './key-health';

const NOW = Date.parse('2026-06-30T12:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW - days * 86_400_000).toISOString();

function key(times: { created?: number; used?: number; ends_in?: number; revoked?: number }) {
  return {
    created_at: daysAgo(times.created ?? 1),
    last_used_at: times.used === undefined ? null : daysAgo(times.used),
    expires_at: times.ends_in === undefined ? null : daysAgo(-times.ends_in),
    revoked_at: times.revoked === undefined ? null : daysAgo(times.revoked),
  };
}

describe('the state of a key', () => {
  it('is active without an end, and ending in its last seven days', () => {
    expect(keyState(key({}), NOW)).toBe('active');
    expect(keyState(key({ ends_in: 8 }), NOW)).toBe('active');
    expect(keyState(key({ ends_in: 6 }), NOW)).toBe('ending');
  });

  it('is expired from its very end on, and revoked whatever else it is', () => {
    expect(keyState(key({ ends_in: 0 }), NOW)).toBe('expired');
    expect(keyState(key({ ends_in: -5, revoked: 1 }), NOW)).toBe('revoked');
  });
});

describe('a stale key', () => {
  it('was never used for 30 days', () => {
    expect(staleness(key({ created: 29 }), NOW)).toBeNull();
    expect(staleness(key({ created: 30 }), NOW)).toBe('never_used');
  });

  it('was not used for 60 days, however old it is', () => {
    expect(staleness(key({ created: 400, used: 59 }), NOW)).toBeNull();
    expect(staleness(key({ created: 400, used: 60 }), NOW)).toBe('unused');
  });

  it('is none that no longer works', () => {
    expect(staleness(key({ created: 400, revoked: 1 }), NOW)).toBeNull();
    expect(staleness(key({ created: 400, ends_in: -1 }), NOW)).toBeNull();
  });
});

describe('the reminder to roll', () => {
  it('comes for keys older than 90 days', () => {
    expect(shouldBeRolled(key({ created: 90 }), NOW)).toBe(false);
    expect(shouldBeRolled(key({ created: 91, used: 0 }), NOW)).toBe(true);
  });

  it('does not come for one that was rolled and works for its overlap only', () => {
    expect(shouldBeRolled(key({ created: 200, ends_in: 1 }), NOW)).toBe(false);
  });
});

it('the list begins with what works, newest first', () => {
  const [revoked, old, young] = [key({ created: 2, revoked: 1 }), key({ created: 50 }), key({ created: 3 })];
  expect(inOrder([revoked, old, young], NOW)).toEqual([young, old, revoked]);
});
