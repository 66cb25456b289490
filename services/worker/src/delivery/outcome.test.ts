import { describe, expect, it } from '@jest/globals';
import { parseRetrySchedule } from '@switchboard/shared';
import type { Answer } from './answer.js';
import { DnsFailedError } from './name-resolver.js';
import { isGone, resultOfAnswer, resultOfThrown, stateAfter } from './outcome.js';
import { UrlRefusedError } from './url-gate.js';

const answer = (status: number, fields: Partial<Answer> = {}): Answer => ({
  status,
  headers: {},
  body: '',
  tooLarge: false,
  ...fields,
});
const thrown = (code: string) => Object.assign(new Error('the library’s own words'), { code });
const codeOf = (error: unknown) => resultOfThrown(error, 1_000).error?.code;

describe('what an answer means', () => {
  it.each([
    [200, true, undefined],
    [204, true, undefined],
    [299, true, undefined],
    [300, false, 'redirect_refused'],
    [304, false, 'redirect_refused'],
    [399, false, 'redirect_refused'],
    [400, false, 'http_status'],
    [410, false, 'http_status'],
    [500, false, 'http_status'],
    [599, false, 'http_status'],
    [199, false, 'http_status'],
  ])('%i: success %s, %s', (status, ok, code) => {
    const result = resultOfAnswer(answer(status));
    expect([result.ok, result.error?.code]).toEqual([ok, code]);
  });

  it('is a success with a note where only the body was too large', () => {
    expect(resultOfAnswer(answer(200, { tooLarge: true }))).toMatchObject({
      ok: true,
      error: { code: 'response_too_large' },
    });
  });
});

describe('what was thrown instead of an answer', () => {
  it.each([
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['EPIPE', 'connection_reset'],
    ['UND_ERR_SOCKET', 'connection_reset'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['ETIMEDOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'tls_invalid'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_invalid'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_invalid'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_invalid'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_invalid'],
    ['EPROTO', 'tls_invalid'],
    ['UND_ERR_HEADERS_OVERFLOW', 'response_invalid'],
    ['HPE_INVALID_CONSTANT', 'response_invalid'],
    ['ssrf_blocked', 'ssrf_blocked'],
    ['EHOSTUNREACH', 'connection_failed'],
    ['answer_flood', 'response_invalid'],
    ['SOMETHING_NEW', 'connection_failed'],
  ])('%s is %s', (code, expected) => {
    expect(codeOf(thrown(code))).toBe(expected);
  });

  it('is told by the cause where the error itself says little', () => {
    expect(
      codeOf(Object.assign(new Error('fetch failed'), { code: 'UND_ERR_SOCKET', cause: thrown('ECONNREFUSED') })),
    ).toBe('connection_refused');
    expect(
      codeOf(
        Object.assign(new AggregateError([thrown('ECONNREFUSED'), thrown('EHOSTUNREACH')]), { code: 'ETIMEDOUT' }),
      ),
    ).toBe('connection_refused');
  });

  it('is told in the words of our own errors', () => {
    expect(resultOfThrown(new DnsFailedError('ECONNREFUSED'), 1).error).toEqual({
      code: 'dns_failed',
      message: 'The host name could not be resolved (ECONNREFUSED).',
    });
    expect(resultOfThrown(new UrlRefusedError('The URL must start with https://.'), 1).error).toEqual({
      code: 'ssrf_blocked',
      message: 'Webhooks are not sent to this URL. The URL must start with https://.',
    });
  });

  it('is the deadline where the deadline ended it', async () => {
    const signal = AbortSignal.timeout(1);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(resultOfThrown(signal.reason, 1)).toMatchObject({
      error: { code: 'timeout', message: expect.stringContaining('1 ms') },
    });
  });

  it.each([undefined, null, 'text', new Error('')])('is a failed connection for %p', (error) => {
    expect(resultOfThrown(error, 1)).toMatchObject({ ok: false, error: { code: 'connection_failed' } });
  });

  it('is put into our words: a library’s may hold the URL with its query', () => {
    const error = Object.assign(new Error('connect failed: https://x.test/?key=hush'), { code: 'ECONNREFUSED' });
    expect(JSON.stringify(resultOfThrown(error, 1))).not.toContain('hush');
  });
});

describe('where an attempt leaves its delivery', () => {
  const rules = { maxAttempts: 3, schedule: parseRetrySchedule('60s,120s'), random: 0 };
  const success = resultOfAnswer(answer(200));
  const failure = resultOfAnswer(answer(500));

  it.each([
    {
      what: 'a success on the first attempt',
      result: success,
      attempt: 1,
      state: { status: 'succeeded', retry_delay_ms: null },
    },
    {
      what: 'a success on the last attempt',
      result: success,
      attempt: 3,
      state: { status: 'succeeded', retry_delay_ms: null },
    },
    { what: 'a first failure', result: failure, attempt: 1, state: { status: 'pending', retry_delay_ms: 60_000 } },
    { what: 'a second failure', result: failure, attempt: 2, state: { status: 'pending', retry_delay_ms: 120_000 } },
    { what: 'the last failure', result: failure, attempt: 3, state: { status: 'dead', retry_delay_ms: null } },
    {
      what: 'a failure past a limit that was lowered meanwhile',
      result: failure,
      attempt: 5,
      state: { status: 'dead', retry_delay_ms: null },
    },
  ])('$what: $state.status', ({ result, attempt, state }) => {
    expect(stateAfter(result, attempt, rules)).toEqual(state);
  });

  it('counts budget and pauses from where the present run began', () => {
    const replayed = { ...rules, attemptsBeforeRun: 3 };
    expect(stateAfter(failure, 4, replayed)).toEqual({ status: 'pending', retry_delay_ms: 60_000 });
    expect(stateAfter(failure, 5, replayed)).toEqual({ status: 'pending', retry_delay_ms: 120_000 });
    expect(stateAfter(failure, 6, replayed)).toEqual({ status: 'dead', retry_delay_ms: null });
  });

  it('is dead at once where the receiver says that the URL is gone', () => {
    const gone = resultOfAnswer(answer(410));
    expect(stateAfter(gone, 1, rules)).toEqual({ status: 'dead', retry_delay_ms: null });
    expect([gone, failure, success, resultOfThrown(thrown('ECONNREFUSED'), 1)].map(isGone)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a receiver that names the time of the next attempt', () => {
  const rules = { maxAttempts: 3, schedule: parseRetrySchedule('60s,120s'), random: 0 };
  const refusal = (status: number, retryAfter: string) =>
    resultOfAnswer(answer(status, { headers: { 'retry-after': retryAfter } }));
  const delayAfter = (status: number, retryAfter: string) =>
    stateAfter(refusal(status, retryAfter), 1, rules).retry_delay_ms;

  it.each([429, 503])('is heeded with %i, be it sooner or later than the schedule', (status) => {
    expect(delayAfter(status, '5')).toBe(5_000);
    expect(delayAfter(status, '600')).toBe(600_000);
    expect(delayAfter(status, '86400')).toBe(3_600_000);
  });

  it.each([301, 400, 404, 500, 502, 504])('is not heeded with %i', (status) => {
    expect(delayAfter(status, '5')).toBe(60_000);
  });

  it('is not heeded where it names none: the schedule stands', () => {
    for (const junk of ['', '-1', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT']) expect(delayAfter(503, junk)).toBe(60_000);
  });

  it('can name a date, counted from the answer’s own or else from the time given', () => {
    const headers = { 'retry-after': 'Fri, 20 Nov 2026 10:02:00 GMT' };
    const dated = { ...headers, date: 'Fri, 20 Nov 2026 10:01:50 GMT' };
    const now = new Date('2026-11-20T10:00:00Z');
    const delay = (answered: Record<string, string>) =>
      stateAfter(resultOfAnswer(answer(429, { headers: answered })), 1, { ...rules, now }).retry_delay_ms;
    expect([delay(headers), delay(dated)]).toEqual([120_000, 10_000]);
  });

  it('wins no attempt beyond the budget', () => {
    expect(stateAfter(refusal(429, '5'), 3, rules)).toEqual({ status: 'dead', retry_delay_ms: null });
  });

  it('is heeded with up to 10 % of jitter, so that what was refused together does not come back together', () => {
    expect(stateAfter(refusal(429, '100'), 1, { ...rules, random: 0.5 }).retry_delay_ms).toBe(105_000);
  });
});
