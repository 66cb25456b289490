import { retryAfterMs, retryDelayMs, type RetrySchedule } from '@switchboard/shared';
import type { Answer } from './answer.js';
import { DnsFailedError } from './name-resolver.js';
import { UrlRefusedError } from './url-gate.js';

/** Why an attempt failed, for people and for filters. Stable: dashboards and receivers' tickets quote them. */
export type AttemptErrorCode =
  | 'timeout'
  | 'dns_failed'
  | 'connection_refused'
  | 'connection_reset'
  | 'connection_failed'
  | 'tls_invalid'
  | 'ssrf_blocked'
  | 'redirect_refused'
  | 'http_status'
  | 'response_too_large'
  | 'response_invalid';

export interface AttemptError {
  code: AttemptErrorCode;
  message: string;
}

export type AttemptResult =
  { ok: true; answer: Answer; error?: AttemptError } | { ok: false; answer: Answer | null; error: AttemptError };

/** 2xx is a success, whatever the body; anything else that was answered is a failure. A redirect is never followed. */
export function resultOfAnswer(answer: Answer): AttemptResult {
  if (answer.status >= 200 && answer.status < 300) {
    if (!answer.tooLarge) return { ok: true, answer };
    return {
      ok: true,
      answer,
      error: { code: 'response_too_large', message: 'The answer was larger than 64 KB; the rest was not read.' },
    };
  }
  if (answer.status >= 300 && answer.status < 400) {
    return failed(answer, 'redirect_refused', `The endpoint answered ${answer.status}; redirects are not followed.`);
  }
  return failed(answer, 'http_status', `The endpoint answered ${answer.status}.`);
}

/** What was thrown instead of an answer. The messages are ours: a library's could repeat a URL with its query string. */
export function resultOfThrown(thrown: unknown, timeoutMs: number): AttemptResult {
  // What our own errors say of themselves is fit to be shown.
  if (thrown instanceof UrlRefusedError) return failed(null, 'ssrf_blocked', thrown.message);
  if (thrown instanceof DnsFailedError) return failed(null, 'dns_failed', thrown.message);
  const code = errorCodeOf(thrown);
  const name = (thrown as Partial<Error> | null | undefined)?.name;
  if (name === 'TimeoutError' || TIMEOUT_CODES.has(code)) {
    return failed(null, 'timeout', `The endpoint did not answer in full within ${timeoutMs} ms.`);
  }
  if (code === 'ssrf_blocked')
    return failed(null, 'ssrf_blocked', 'The address is private or reserved; webhooks are not sent there.');
  if (code === 'ECONNREFUSED') return failed(null, 'connection_refused', 'The endpoint refused the connection.');
  if (code === 'answer_flood')
    return failed(null, 'response_invalid', 'The answer went on past 1 MB of what is neither headers nor body.');
  if (isBadAnswer(thrown))
    return failed(null, 'response_invalid', 'The answer was 100 or 101, which nobody asked for.');
  if (RESET_CODES.has(code))
    return failed(null, 'connection_reset', 'The endpoint closed the connection before it had answered in full.');
  if (isTlsCode(code))
    return failed(null, 'tls_invalid', `The endpoint’s certificate or TLS handshake was not valid (${code}).`);
  // undici's parser gives its errors a name and no code.
  if (name === 'HTTPParserError') return failed(null, 'response_invalid', 'The answer was not valid HTTP.');
  if (INVALID_CODES.test(code)) return failed(null, 'response_invalid', `The answer was not valid HTTP (${code}).`);
  return failed(null, 'connection_failed', `The connection failed (${code || 'unknown reason'}).`);
}

/** Nobody is there any more, and nobody will be. */
export const GONE = 410;

/** 410: the receiver says that the URL is gone for good, which ends this delivery and disables the endpoint. */
export function isGone(result: AttemptResult): boolean {
  return result.answer?.status === GONE;
}

export interface StateRules {
  /** Of one run: a replay has the whole budget and the whole schedule again. */
  maxAttempts: number;
  schedule: RetrySchedule;
  /** From [0, 1). */
  random: number;
  /** Attempts of earlier runs. */
  attemptsBeforeRun?: number;
  /** When the answer came, where it does not say so itself. */
  now?: Date;
}

export interface StateAfter {
  status: 'succeeded' | 'pending' | 'dead';
  retry_delay_ms: number | null;
}

/** Where an attempt leaves its delivery: done, tried again after a pause, or dead after the last. */
export function stateAfter(result: AttemptResult, attempt: number, rules: StateRules): StateAfter {
  if (result.ok) return { status: 'succeeded', retry_delay_ms: null };
  const attemptOfRun = attempt - (rules.attemptsBeforeRun ?? 0);
  if (isGone(result) || attemptOfRun >= rules.maxAttempts) return { status: 'dead', retry_delay_ms: null };
  const delay = pauseAskedFor(result.answer, rules) ?? retryDelayMs(rules.schedule, attemptOfRun, rules.random);
  return { status: 'pending', retry_delay_ms: delay };
}

/** `Retry-After` has a meaning with these two; it takes the place of the schedule's pause, longer or shorter. */
const STATUSES_WITH_RETRY_AFTER = new Set([429, 503]);

function pauseAskedFor(answer: Answer | null, { now = new Date(), random }: StateRules): number | null {
  if (answer === null || !STATUSES_WITH_RETRY_AFTER.has(answer.status)) return null;
  return retryAfterMs(answer.headers, now, random);
}

const TIMEOUT_CODES = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED', 'UND_ERR_ABORTED']);
const INVALID_CODES = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES|UND_ERR_RESPONSE)/;

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH)/.test(
    code,
  );
}

/** undici has the same code for a connection that ended and for an answer that it will not have; only the words differ. */
function isBadAnswer(thrown: unknown): boolean {
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  return code === 'UND_ERR_SOCKET' && (message === 'bad response' || message === 'bad upgrade');
}

/** The code stands on the error, or on one of its causes, or on the first of several connection errors. */
function errorCodeOf(thrown: unknown): string {
  const error = thrown as { code?: unknown; cause?: unknown; errors?: unknown[] } | null | undefined;
  if (!error || typeof error !== 'object') return '';
  const inner = errorCodeOf(error.errors?.[0]) || errorCodeOf(error.cause);
  return inner || (typeof error.code === 'string' ? error.code : '');
}

function failed(answer: Answer | null, code: AttemptErrorCode, message: string): AttemptResult {
  return { ok: false, answer, error: { code, message } };
}
