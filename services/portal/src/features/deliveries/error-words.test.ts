import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { cancelWords, ERROR_OPTIONS, errorWords, outcomeWords } from './error-words';

/** The worker's own list of codes: each must have words here. */
const OUTCOME = new URL('../../../../worker/src/delivery/outcome.ts', import.meta.url);
const union = /export type AttemptErrorCode =([^;]*);/.exec(readFileSync(OUTCOME, 'utf8'))?.[1] ?? '';
const CODES = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code as string);

describe('why an attempt failed', () => {
  it('is said in plain words with advice for every code that a worker gives', () => {
    expect(CODES).toContain('timeout');
    for (const code of CODES) {
      const { short, advice } = errorWords({ code, message: '' }, null);
      // A word of our own, not the code itself.
      expect(short).toMatch(/^[A-Z][A-Za-z0-9 ]+$/);
      expect(advice).toMatch(/\.$/);
    }
  });

  it('can be filtered by, for every code that makes an attempt fail', () => {
    expect(ERROR_OPTIONS.map(({ value }) => value).sort()).toEqual(
      CODES.filter((code) => code !== 'response_too_large').sort(),
    );
  });

  it('says for a status what that status most often means', () => {
    const said = (status: number) => errorWords({ code: 'http_status', message: '' }, status).short;
    expect([401, 404, 410, 429, 500, 503, 418].map(said)).toEqual([
      'Unauthorized',
      'Not found',
      'Gone',
      'Too many requests',
      'Server error',
      'Unavailable',
      'Refused by your server',
    ]);
  });

  it('is the code in words for one that is newer than this page', () => {
    expect(errorWords({ code: 'quota_exceeded', message: 'x' }, null)).toEqual({ short: 'quota exceeded', advice: '' });
  });
});

it('how a delivery stands is a sentence', () => {
  expect(outcomeWords('succeeded', 1)).toBe('Delivered at the first attempt.');
  expect(outcomeWords('succeeded', 3)).toBe('Delivered after 3 attempts.');
  expect(outcomeWords('dead', 10)).toMatch(/^Given up after 10 attempts/);
  expect(outcomeWords('pending', 0)).toBe('Waiting for its first attempt.');
  expect(outcomeWords('cancelled', 0)).toBe('Cancelled before it was sent.');
  expect(cancelWords('endpoint_deleted')).toBe('The endpoint was deleted');
});
