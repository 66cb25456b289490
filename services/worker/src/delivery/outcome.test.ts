import { describe, expect, it } from '@jest/globals';
import { parseRetrySchedule } from '@switchboard/shared';
import type { Answer } from './exchange.js';
import { resultOfAnswer, resultOfThrown, stateAfter } from './outcome.js';

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
    ['ENOTFOUND', 'dns_failed'],
    ['EAI_AGAIN', 'dns_failed'],
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
    ['SOMETHING_NEW', 'connection_failed'],
  ])('%s is %s', (code, expected) => {
    expect(codeOf(thrown(code))).toBe(expected);
  });

  it('is told by the cause where the error itself says little', () => {
    expect(
      codeOf(Object.assign(new Error('fetch failed'), { code: 'UND_ERR_SOCKET', cause: thrown('ENOTFOUND') })),
    ).toBe('dns_failed');
    expect(
      codeOf(
        Object.assign(new AggregateError([thrown('ECONNREFUSED'), thrown('EHOSTUNREACH')]), { code: 'ETIMEDOUT' }),
      ),
    ).toBe('connection_refused');
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
    const error = Object.assign(new Error('connect failed: https://x.test/?key=hush'), { code: 'ENOTFOUND' });
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
});
