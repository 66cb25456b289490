import type { DeliveryStatus, ErrorOfAttempt } from '../../api/types';

/** Why an attempt failed, as a person says it, and what helps. */
export interface ErrorWords {
  /** In a row of the log. */
  short: string;
  advice: string;
}

/** The codes of the worker (docs/webhooks.md, "Answering"). A code from a newer server falls back to its own message. */
const WORDS: Record<string, ErrorWords> = {
  timeout: {
    short: 'Timed out',
    advice:
      'Your server took too long. Answer with a 2xx first and do the work after that, or give the endpoint a longer timeout.',
  },
  dns_failed: {
    short: 'Host name not found',
    advice: 'Check the spelling of the host in the endpoint’s URL, and that its DNS record is public.',
  },
  connection_refused: {
    short: 'Connection refused',
    advice: 'Nothing listens at that host and port. Check that your server runs and that a firewall lets us in.',
  },
  connection_reset: {
    short: 'Connection broke off',
    advice: 'Your server, or a proxy before it, closed the connection in the middle. Its own log tells why.',
  },
  connection_failed: {
    short: 'Could not connect',
    advice: 'Check that the host can be reached from the internet at this port.',
  },
  tls_invalid: {
    short: 'Certificate not valid',
    advice:
      'Use a certificate of a public authority that fits the host name and has not expired. Send the intermediate certificates too.',
  },
  ssrf_blocked: {
    short: 'Address not allowed',
    advice: 'Webhooks go to public addresses only. Change the URL to one that can be reached from the internet.',
  },
  redirect_refused: {
    short: 'Redirected',
    advice: 'Redirects are not followed. Put the final address into the endpoint’s URL.',
  },
  http_status: { short: 'Refused by your server', advice: 'Your server’s answer below may say why.' },
  response_too_large: {
    short: 'Answer too large',
    advice: 'Answer with a few bytes: only the status counts. This did not make the delivery fail.',
  },
  response_invalid: {
    short: 'Answer was not valid HTTP',
    advice: 'Something other than a web server may listen at this port, or a proxy mangles the answer.',
  },
};

const STATUS_WORDS: Record<number, ErrorWords> = {
  400: {
    short: 'Bad request',
    advice: 'Your server did not understand the request. Compare the body below with what your code expects.',
  },
  401: {
    short: 'Unauthorized',
    advice:
      'Most often the signature did not verify: check the endpoint’s secret, and that you verify the raw bytes of the body.',
  },
  403: {
    short: 'Forbidden',
    advice: 'A firewall or an access rule of yours may stop us, or the signature did not verify.',
  },
  404: { short: 'Not found', advice: 'There is nothing at this path. Check the endpoint’s URL.' },
  405: { short: 'Method not allowed', advice: 'Webhooks are sent as POST. Let your route accept it.' },
  408: { short: 'Request timeout', advice: 'Your server, or a proxy before it, gave up waiting.' },
  410: {
    short: 'Gone',
    advice: '410 says that nobody is there any more: the endpoint was disabled. Enable it again if that was not meant.',
  },
  413: { short: 'Body too large for you', advice: 'Allow larger request bodies on this route.' },
  415: { short: 'Content type refused', advice: 'Let your route accept application/json.' },
  422: {
    short: 'Refused as invalid',
    advice: 'Your code did not accept the data. New fields may come at any time; ignore what you do not know.',
  },
  429: {
    short: 'Too many requests',
    advice: 'Give the endpoint a rate limit, or send Retry-After and we wait that long.',
  },
  502: { short: 'Bad gateway', advice: 'Your proxy did not reach the server behind it.' },
  503: { short: 'Unavailable', advice: 'Your server said that it is down for now.' },
  504: { short: 'Gateway timeout', advice: 'The server behind your proxy took too long. Answer first, work later.' },
};

export function errorWords(error: ErrorOfAttempt, status_code: number | null): ErrorWords {
  if (error.code === 'http_status' && status_code !== null) {
    const known = STATUS_WORDS[status_code];
    if (known) return known;
    if (status_code >= 500)
      return {
        short: 'Server error',
        advice: 'Your server failed while it handled the webhook. Its own log tells why.',
      };
  }
  return WORDS[error.code] ?? { short: error.code.replaceAll('_', ' '), advice: '' };
}

/** For the filter. */
export const ERROR_OPTIONS = Object.entries(WORDS)
  .filter(([code]) => code !== 'response_too_large')
  .map(([value, { short }]) => ({ value, label: value === 'http_status' ? 'Status other than 2xx' : short }));

const CANCEL_WORDS: Record<string, string> = {
  endpoint_disabled: 'The endpoint was disabled',
  endpoint_deleted: 'The endpoint was deleted',
};

export function cancelWords(reason: string | null): string {
  return CANCEL_WORDS[reason ?? ''] ?? (reason ?? 'cancelled').replaceAll('_', ' ');
}

export const TRIGGER_WORDS = {
  automatic: 'the event itself',
  replay: 'a replay',
  test: 'a test of the endpoint',
} as const;

/** How it ended, or that it goes on: one sentence for the head of the panel. */
export function outcomeWords(status: DeliveryStatus, attempts: number): string {
  const tries = attempts === 1 ? 'one attempt' : `${attempts} attempts`;
  if (status === 'succeeded') return attempts === 1 ? 'Delivered at the first attempt.' : `Delivered after ${tries}.`;
  if (status === 'dead') return `Given up after ${tries}. It is not tried again by itself; you can replay it.`;
  if (status === 'cancelled') return attempts === 0 ? 'Cancelled before it was sent.' : `Cancelled after ${tries}.`;
  return attempts === 0 ? 'Waiting for its first attempt.' : `Not through yet after ${tries}; it is tried again.`;
}
