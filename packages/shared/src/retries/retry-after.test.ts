import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const now = new Date('2026-11-20T10:00:00Z');
const HOUR_MS = 3_600_000;
const pauseFor = (value: string | string[], date?: string) =>
  retryAfterMs({ 'retry-after': value, ...(date !== undefined && { date }) }, now, 0);

describe('Retry-After in seconds', () => {
  it.each([
    ['1', 1_000],
    ['30', 30_000],
    [' 30 ', 30_000],
    ['0030', 30_000],
    ['3600', HOUR_MS],
  ])('%j is a pause of %i ms', (value, pause) => {
    expect(pauseFor(value)).toBe(pause);
  });

  it('is a second at least: at once is not what is meant', () => {
    expect(pauseFor('0')).toBe(1_000);
  });

  it.each(['3601', '86400', '99999999999', '9'.repeat(400)])('is an hour at most: %s', (value) => {
    expect(pauseFor(value)).toBe(HOUR_MS);
  });
});

describe('Retry-After as a date', () => {
  it.each([
    'Fri, 20 Nov 2026 10:02:00 GMT',
    // The obsolete forms, which RFC 9110 still asks recipients to read.
    'Friday, 20-Nov-26 10:02:00 GMT',
    'Fri Nov 20 10:02:00 2026',
  ])('%s is a pause until then', (value) => {
    expect(pauseFor(value)).toBe(120_000);
  });

  it('counts from the answer’s own Date, whatever the clock here says', () => {
    expect(pauseFor('Tue, 01 Jan 2030 00:00:30 GMT', 'Tue, 01 Jan 2030 00:00:00 GMT')).toBe(30_000);
    expect(pauseFor('Tue, 01 Jan 2019 00:00:30 GMT', 'Tue, 01 Jan 2019 00:00:00 GMT')).toBe(30_000);
  });

  it('counts from the clock here where the answer’s Date is junk', () => {
    expect(pauseFor('Fri, 20 Nov 2026 10:02:00 GMT', 'yesterday')).toBe(120_000);
  });

  it('is a second at least, and an hour at most', () => {
    expect(pauseFor('Fri, 20 Nov 2026 10:00:00 GMT')).toBe(1_000);
    expect(pauseFor('Sat, 20 Nov 2027 10:00:00 GMT')).toBe(HOUR_MS);
  });

  it('is ignored where it has gone by', () => {
    expect(pauseFor('Fri, 20 Nov 2026 09:59:59 GMT')).toBeNull();
    expect(pauseFor('Thu, 01 Jan 1970 00:00:00 GMT')).toBeNull();
  });
});

describe('Retry-After', () => {
  it.each([
    ...['', 'soon', '-1', '+5', '1.5', '1e3', '0x10', '10 s', '10, 20', 'NaN', 'Infinity', '٣', 'null'],
    ...[
      '2026-11-20T10:02:00Z',
      'Fri, 20 Nov 2026 10:02:00',
      'Fri, 20 Nov 2026 10:02:00 PST',
      'Nov 2026',
      '20 Nov 2030',
    ],
    ...['Fri, 99 Nov 2026 99:02:00 GMT', 'Xxx, 20 Xxx 2026 10:02:00 GMT'],
  ])('is ignored where it is junk: %j', (value) => {
    expect(pauseFor(value)).toBeNull();
  });

  it('is ignored where there is none', () => {
    expect(retryAfterMs({}, now, 0)).toBeNull();
    expect(retryAfterMs({ 'retry-after': undefined }, now, 0)).toBeNull();
  });

  it('means the longer pause where it is given twice, and what makes sense of it', () => {
    expect(pauseFor(['10', '20'])).toBe(20_000);
    expect(pauseFor(['soon', '20', '-5'])).toBe(20_000);
    expect(pauseFor(['soon', ''])).toBeNull();
  });

  it('comes later by up to 10 %, never earlier', () => {
    const paused = (random: number) => retryAfterMs({ 'retry-after': '100' }, now, random);
    expect(paused(0)).toBe(100_000);
    expect(paused(0.5)).toBe(105_000);
    expect(paused(0.999999)).toBeLessThanOrEqual(110_000);
  });
});
