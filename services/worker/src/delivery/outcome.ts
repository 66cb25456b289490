import { retryDelayMs, type RetrySchedule } from '@switchboard/shared';
import type { Answer } from './exchange.js';

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
  const code = errorCodeOf(thrown);
  const name = (thrown as Partial<Error> | null | undefined)?.name;
  if (name === 'TimeoutError' || TIMEOUT_CODES.has(code)) {
    return failed(null, 'timeout', `The endpoint did not answer in full within ${timeoutMs} ms.`);
  }
  if (code === 'ssrf_blocked')
    return failed(null, 'ssrf_blocked', 'The address is private or reserved; webhooks are not sent there.');
  if (DNS_CODES.has(code)) return failed(null, 'dns_failed', `The host name could not be resolved (${code}).`);
  if (code === 'ECONNREFUSED') return failed(null, 'connection_refused', 'The endpoint refused the connection.');
  if (RESET_CODES.has(code))
    return failed(null, 'connection_reset', 'The endpoint closed the connection before it had answered in full.');
  if (isTlsCode(code))
    return failed(null, 'tls_invalid', `The endpoint’s certificate or TLS handshake was not valid (${code}).`);
  // undici's parser gives its errors a name and no code.
  if (name === 'HTTPParserError') return failed(null, 'response_invalid', 'The answer was not valid HTTP.');
  if (INVALID_CODES.test(code)) return failed(null, 'response_invalid', `The answer was not valid HTTP (${code}).`);
  return failed(null, 'connection_failed', `The connection failed (${code || 'unknown reason'}).`);
}

/** Where an attempt leaves its delivery: done, tried again after a pause, or dead after the last. */
export function stateAfter(
  result: AttemptResult,
  attempt: number,
  rules: { maxAttempts: number; schedule: RetrySchedule; random: number },
): { status: 'succeeded' | 'pending' | 'dead'; retry_delay_ms: number | null } {
  if (result.ok) return { status: 'succeeded', retry_delay_ms: null };
  if (attempt >= rules.maxAttempts) return { status: 'dead', retry_delay_ms: null };
  return { status: 'pending', retry_delay_ms: retryDelayMs(rules.schedule, attempt, rules.random) };
}

const TIMEOUT_CODES = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);
const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ENODATA', 'ESERVFAIL']);
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED', 'UND_ERR_ABORTED']);
const INVALID_CODES = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES|UND_ERR_RESPONSE)/;

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/.test(
    code,
  );
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
