import { describe, expect, it } from '@jest/globals';
import { createBreaker, type Breaker } from './breaker.js';

type Outcome = Parameters<Breaker['observe']>[1];

/** A breaker with a clock of its own. */
function aBreaker() {
  let time = 0;
  const breaker = createBreaker(() => time);
  return {
    breaker,
    pass: (ms: number) => (time += ms),
    /** @returns whether it had to open, for each outcome */
    observe: (outcomes: Outcome[], endpoint = 'a') => outcomes.map((outcome) => breaker.observe(endpoint, outcome)),
  };
}

const many = (count: number, outcome: Outcome) => Array.from({ length: count }, () => outcome);

describe('breaker', () => {
  it('opens at the tenth outcome within a minute where all have failed, and not before', () => {
    const { observe } = aBreaker();
    expect(observe(many(10, 'failed'))).toEqual([...many(9, 'failed').map(() => false), true]);
  });

  it('opens at seven failures of ten', () => {
    const { observe } = aBreaker();
    expect(observe([...many(3, 'succeeded'), ...many(7, 'failed')]).at(-1)).toBe(true);
  });

  it('stays closed at six failures of ten, however many follow each other', () => {
    const { observe } = aBreaker();
    expect(observe([...many(4, 'succeeded'), ...many(6, 'failed')])).not.toContain(true);
  });

  it('judges the share of many as it does that of ten', () => {
    const { observe } = aBreaker();
    const mixed = Array.from({ length: 20 }, () => [...many(4, 'succeeded'), ...many(6, 'failed')]).flat();
    expect(observe(mixed)).not.toContain(true);
    expect(observe(many(100, 'failed'))).toContain(true);
  });

  it('opens at five timeouts in a row, and not where an answer came between', () => {
    const one = aBreaker();
    expect(one.observe(many(5, 'timed_out'))).toEqual([false, false, false, false, true]);
    const other = aBreaker();
    expect(other.observe([...many(4, 'timed_out'), 'failed', ...many(4, 'timed_out')])).not.toContain(true);
    const third = aBreaker();
    expect(third.observe([...many(4, 'timed_out'), 'succeeded', ...many(4, 'timed_out')])).not.toContain(true);
  });

  it('counts timeouts among the failures', () => {
    const { observe } = aBreaker();
    const mixed: Outcome[] = ['timed_out', 'failed', 'timed_out', 'failed', 'timed_out', 'failed', 'timed_out'];
    expect(observe([...many(3, 'succeeded'), ...mixed]).at(-1)).toBe(true);
  });

  it('is never opened by a success, whatever went before it', () => {
    const { observe } = aBreaker();
    expect(observe([...many(9, 'failed'), 'succeeded'])).not.toContain(true);
  });

  it('forgets what is older than a minute', () => {
    const { observe, pass } = aBreaker();
    observe(many(9, 'failed'));
    pass(60_000);
    expect(observe(many(9, 'failed'))).not.toContain(true);
    expect(observe(['failed'])).toEqual([true]);
  });

  it('keeps what is younger than a minute, however it is spread', () => {
    const { observe, pass } = aBreaker();
    for (let nth = 0; nth < 9; nth += 1) {
      expect(observe(['failed'])).toEqual([false]);
      pass(5_500);
    }
    expect(observe(['failed'])).toEqual([true]);
  });

  it('lets old failures leave step by step: an endpoint that fails rarely is never opened', () => {
    const { observe, pass } = aBreaker();
    for (let nth = 0; nth < 50; nth += 1) {
      expect(observe(['failed'])).toEqual([false]);
      pass(7_000);
    }
  });

  it('judges each endpoint by itself', () => {
    const { observe } = aBreaker();
    observe(many(9, 'failed'), 'a');
    expect(observe(['failed'], 'b')).toEqual([false]);
    expect(observe(['failed'], 'a')).toEqual([true]);
  });

  it('begins anew where it is told to forget', () => {
    const { breaker, observe } = aBreaker();
    observe(many(9, 'timed_out'));
    breaker.forget('a');
    expect(observe(many(4, 'timed_out'))).not.toContain(true);
  });
});
