import { describe, expect, it } from '@jest/globals';
import { count, duration, percent, plural, shortCount, shortId, shortUrl, timeAgo } from './format';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const ago = (ms: number) => timeAgo(NOW - ms, NOW);

describe('a time as people say it', () => {
  it.each([
    [0, 'just now'],
    [9_999, 'just now'],
    [10_000, '10 seconds ago'],
    [59_999, '59 seconds ago'],
    [60_000, '1 minute ago'],
    [3_599_999, '59 minutes ago'],
    [86_399_999, '23 hours ago'],
    [86_400_000, 'yesterday'],
    [29 * 86_400_000, '29 days ago'],
    [90 * 86_400_000, '3 months ago'],
    [800 * 86_400_000, '2 years ago'],
  ])('%i ms back is "%s"', (ms, words) => {
    expect(ago(ms)).toBe(words);
  });

  it('tells the future from the past', () => {
    expect(ago(-5_000)).toBe('in a few seconds');
    expect(ago(-7_200_000)).toBe('in 2 hours');
  });
});

describe('how long something takes', () => {
  it.each([
    [0, '0 ms'],
    [85.4, '85 ms'],
    [999, '999 ms'],
    [1_250, '1.2 s'],
    [9_999, '9.9 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [250_000, '4 min 10 s'],
    [3_600_000, '1 h'],
    [90_000_000, '1 d 1 h'],
  ])('%d ms is "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});

describe('a rate', () => {
  it('is never rounded to all or to nothing', () => {
    expect(percent(1)).toBe('100 %');
    expect(percent(0.99999)).toBe('99.9 %');
    expect(percent(0.00001)).toBe('< 0.1 %');
    expect(percent(0)).toBe('0 %');
    expect(percent(0.5)).toBe('50 %');
  });
});

describe('figures and names where room is short', () => {
  it('keep what tells them apart', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect([shortCount(9_999), shortCount(12_345), shortCount(2_000_000)]).toEqual(['9,999', '12.3K', '2M']);
    expect([plural(1, 'key'), plural(2, 'key'), plural(0, 'delivery', 'deliveries')]).toEqual([
      '1 key',
      '2 keys',
      '0 deliveries',
    ]);
    expect(shortUrl('https://example.com/hooks/')).toBe('example.com/hooks');
    expect(shortId('evt_01jc9a92r0f8y9y89xbt61pzv0')).toBe('evt_…bt61pzv0');
    expect(shortId('evt_short')).toBe('evt_short');
  });
});
