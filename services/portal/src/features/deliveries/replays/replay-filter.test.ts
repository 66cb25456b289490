import { describe, expect, it } from '@jest/globals';
import { refusalOf, replayInputOf, statusesAtFirst, statusesToChoose } from './replay-filter';

describe('what a replay by the log’s filter is of', () => {
  it('is what the filter finds, of those that failed unless it says otherwise', () => {
    const filter = { endpoint_id: 'whe_1', error: 'timeout', since: '2026-11-21T11:00:00.000Z' };
    expect(statusesAtFirst(filter)).toEqual(['dead']);
    expect(statusesToChoose(filter)).toEqual(['dead', 'cancelled', 'succeeded']);
    expect(replayInputOf(filter, ['dead'])).toEqual({
      ...filter,
      status: ['dead'],
      event: undefined,
      until: undefined,
    });
  });

  it('keeps to the filter’s status where there is one', () => {
    expect(statusesToChoose({ status: 'cancelled' })).toEqual(['cancelled']);
    expect(statusesAtFirst({ status: 'succeeded' })).toEqual(['succeeded']);
  });

  it('is nothing for pending ones and for one event, in words', () => {
    expect(refusalOf({ status: 'pending' })).toMatch(/tried by themselves/);
    expect(refusalOf({ event_id: 'evt_1' })).toMatch(/replay it there/);
    expect(refusalOf({ status: 'dead', event: 'call.ended' })).toBeNull();
  });
});
