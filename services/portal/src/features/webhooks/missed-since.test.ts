import { describe, expect, it } from '@jest/globals';
import { missedSince } from './missed-since';

describe('since when to send what was missed', () => {
  const given = { custom: undefined, now: Date.parse('2026-11-20T10:00:00Z') };

  it('counts back from now', () => {
    expect(missedSince('1h', given)).toBe('2026-11-20T09:00:00.000Z');
    expect(missedSince('7d', given)).toBe('2026-11-13T10:00:00.000Z');
  });

  it('takes a moment of one’s own, once there is one', () => {
    expect(missedSince('custom', given)).toBeNull();
    expect(missedSince('custom', { ...given, custom: '2026-11-01T00:00:00.000Z' })).toBe('2026-11-01T00:00:00.000Z');
  });
});
