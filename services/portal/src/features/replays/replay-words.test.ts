import { describe, expect, it } from '@jest/globals';
import type { ReplayWithResult } from '../../api/types';
import { filterWords, lookAgainMs, progressOf, replayResult, replayTitle } from './replay-words';

const replay = (given: Partial<ReplayWithResult>): ReplayWithResult => ({
  id: 'rpl_1',
  status: 'completed',
  filter: {
    endpoint_id: null,
    status: ['dead'],
    event: null,
    error: null,
    since: null,
    until: '2026-11-20T10:00:00.000Z',
  },
  matched: 0,
  replayed: 0,
  skipped: 0,
  created_at: '2026-11-20T10:00:00.000Z',
  completed_at: null,
  result: { succeeded: 0, dead: 0, cancelled: 0, pending: 0 },
  ...given,
});

describe('a replay in words', () => {
  it('says how far it is', () => {
    expect(replayTitle(replay({ status: 'running' }))).toMatch(/Looking/);
    expect(replayTitle(replay({ status: 'running', matched: 1_200, replayed: 300, skipped: 5 }))).toBe(
      'Sending again: 305 of 1,200 deliveries',
    );
    expect(replayTitle(replay({ status: 'cancelled', matched: 50, replayed: 20 }))).toBe(
      'Stopped after 20 of 50 deliveries',
    );
    expect(replayTitle(replay({ matched: 1, replayed: 1 }))).toBe('1 delivery was sent again');
    expect(replayTitle(replay({ matched: 3, skipped: 3 }))).toBe('None of 3 deliveries could be sent again');
    expect(replayTitle(replay({}))).toMatch(/nothing/);
  });

  it('never counts more done than there are', () => {
    expect(replayTitle(replay({ status: 'running', matched: 10, replayed: 12 }))).toBe(
      'Sending again: 12 of 12 deliveries',
    );
  });

  it('says what came of it', () => {
    const result = { succeeded: 4, dead: 1, cancelled: 2, pending: 3 };
    expect(
      replayResult(replay({ replayed: 10, skipped: 1, result })).map((said) => said.split(' ').slice(0, 2).join(' ')),
    ).toEqual(['4 arrived.', '3 on', '2 cancelled,', '1 failed', '1 left']);
    expect(replayResult(replay({ replayed: 4, result: { ...result, dead: 0, cancelled: 0, pending: 0 } }))).toEqual([
      'All 4 arrived.',
    ]);
  });

  it('counts what could not be replayed as done, never past the end, and all where it is complete', () => {
    const running = replay({ status: 'running', matched: 1_200, replayed: 400, skipped: 50 });
    expect(progressOf(running)).toBeCloseTo(0.375);
    expect(progressOf({ ...running, matched: 100 })).toBe(1);
    expect(progressOf({ ...running, matched: 0, replayed: 0, skipped: 0 })).toBe(0);
    expect(progressOf({ ...running, status: 'completed' })).toBe(1);
  });

  it('says which deliveries it is of', () => {
    const { filter } = replay({});
    expect(filterWords(filter, () => 'example.com')).toMatch(/^Those that failed for good until /);
    const narrow = { ...filter, endpoint_id: 'whe_1', event: 'call.ended', error: 'timeout' };
    expect(filterWords({ ...narrow, status: ['dead', 'cancelled'] }, () => 'example.com')).toMatch(
      /^Those that failed for good or were cancelled to example.com of call.ended with the error timeout until /,
    );
  });

  it('is looked at as long as something of it changes', () => {
    expect(lookAgainMs(undefined)).toBe(1_000);
    expect(lookAgainMs(replay({ status: 'running' }))).toBe(1_000);
    expect(lookAgainMs(replay({ result: { succeeded: 0, dead: 0, cancelled: 0, pending: 1 } }))).toBe(3_000);
    expect(lookAgainMs(replay({}))).toBeUndefined();
  });
});
