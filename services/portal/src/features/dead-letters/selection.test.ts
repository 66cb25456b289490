import { describe, expect, it } from '@jest/globals';
import { byReason, inRequests, stillShown, toggled } from './selection';
import { sinceOf } from './time-range';

const SHOWN = ['a', 'b', 'c', 'd', 'e'];

describe('choosing deliveries to send again', () => {
  it('ticks and unticks one', () => {
    expect([...toggled(new Set(['a']), SHOWN, 'c', { is_on: true, last: null })]).toEqual(['a', 'c']);
    expect([...toggled(new Set(['a', 'c']), SHOWN, 'c', { is_on: false, last: null })]).toEqual(['a']);
  });

  it('ticks or unticks all between two, in either direction', () => {
    expect([...toggled(new Set(), SHOWN, 'd', { is_on: true, last: 'b' })]).toEqual(['b', 'c', 'd']);
    expect([...toggled(new Set(), SHOWN, 'a', { is_on: true, last: 'c' })]).toEqual(['a', 'b', 'c']);
    expect([...toggled(new Set(SHOWN), SHOWN, 'd', { is_on: false, last: 'b' })]).toEqual(['a', 'e']);
  });

  it('ticks the one alone where the one before is not shown any more', () => {
    expect([...toggled(new Set(), SHOWN, 'd', { is_on: true, last: 'gone' })]).toEqual(['d']);
  });

  it('means only what is still shown', () => {
    expect(stillShown(new Set(['e', 'gone', 'a']), SHOWN)).toEqual(['a', 'e']);
  });

  it('asks for a hundred at a time', () => {
    const ids = Array.from({ length: 230 }, (_, at) => `dlv_${at}`);
    expect(inRequests(ids).map(({ length }) => length)).toEqual([100, 100, 30]);
    expect(inRequests(ids).flat()).toEqual(ids);
    expect(inRequests([])).toEqual([]);
  });

  it('counts what could not be sent by its reason', () => {
    const disabled = { reason: 'Its endpoint is disabled.' };
    expect(byReason([{ reason: 'It has not ended.' }, disabled, disabled])).toEqual([
      { reason: 'Its endpoint is disabled.', count: 2 },
      { reason: 'It has not ended.', count: 1 },
    ]);
  });
});

describe('since when', () => {
  it('counts back from the minute, or takes the moment that is given', () => {
    const now = Date.parse('2026-11-20T10:00:42Z');
    expect(sinceOf({ range: '24h' }, now)).toBe('2026-11-19T10:00:00.000Z');
    expect(sinceOf({}, now)).toBe('2026-11-13T10:00:00.000Z');
    expect(sinceOf({ range: '24h', since: '2026-01-01T00:00:00.000Z' }, now)).toBe('2026-01-01T00:00:00.000Z');
  });
});
