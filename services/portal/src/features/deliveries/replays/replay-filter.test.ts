import { describe, expect, it } from '@jest/globals';
import type { ReplayWithResult } from '../../../api/types';
import { isUnderWay, progressOf, refusalOf, replayInputOf, statusesAtFirst, statusesToChoose } from './replay-filter';
import { filterWords, progressWords } from './replay-words';

const replay: ReplayWithResult = {
  id: 'rpl_1',
  status: 'running',
  filter: {
    endpoint_id: 'whe_1',
    status: ['dead', 'cancelled'],
    event: 'call.ended',
    error: 'timeout',
    since: null,
    until: '2026-11-21T12:00:00.000Z',
  },
  matched: 1_200,
  replayed: 400,
  skipped: 50,
  created_at: '2026-11-21T12:00:00.000Z',
  completed_at: null,
  result: { succeeded: 300, dead: 20, cancelled: 0, pending: 80 },
};

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

describe('how far a replay is', () => {
  it('counts what could not be replayed as done, never past the end, and all where it is complete', () => {
    expect(progressOf(replay)).toBeCloseTo(0.375);
    expect(progressOf({ ...replay, matched: 100 })).toBe(1);
    expect(progressOf({ ...replay, matched: 0, replayed: 0, skipped: 0 })).toBe(0);
    expect(progressOf({ ...replay, status: 'completed' })).toBe(1);
  });

  it('is followed until the last delivery it set going has ended', () => {
    expect(isUnderWay(replay)).toBe(true);
    expect(isUnderWay({ ...replay, status: 'completed' })).toBe(true);
    expect(isUnderWay({ ...replay, status: 'completed', result: { ...replay.result, pending: 0 } })).toBe(false);
  });

  it('is told in words, and so is how it ended', () => {
    expect(progressWords(replay)).toBe(
      'Replaying: 450 of 1,200 set going. 300 succeeded, 20 failed again, 80 under way.',
    );
    const ended = { ...replay, status: 'completed', replayed: 1, skipped: 2 } as const;
    expect(progressWords({ ...ended, result: { succeeded: 1, dead: 0, cancelled: 0, pending: 0 } })).toBe(
      'Replayed 1 delivery. 2 could not be replayed. 1 succeeded.',
    );
    expect(progressWords({ ...replay, status: 'cancelled', skipped: 0 })).toMatch(
      /^Stopped after 400 deliveries\. 300/,
    );
    expect(filterWords(replay.filter, () => 'example.com')).toMatch(
      /^Those that failed for good or were cancelled to example.com of call.ended with the error timeout until /,
    );
  });
});
