import { Failure } from '../failure.js';

export interface ApiAnswer<T> {
  status: number;
  /** From sending the request to having read the answer. */
  tookMs: number;
  data: T;
  /** The code of the error envelope, undefined on success. */
  errorCode: string | undefined;
  errorMessage: string | undefined;
  /** The header Retry-After, null where there is none. */
  retryAfter: string | null;
}

export interface ApiClient {
  request<T>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>>;
}

const TIMEOUT_MS = 15_000;

/**
 * Talks to the API as any customer's program would: over HTTP, with a bearer token.
 *
 * @param headers further ones, sent with each request
 */
export function createApiClient(apiUrl: string, token: string, headers: Record<string, string> = {}): ApiClient {
  return {
    async request<T>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>> {
      const start = performance.now();
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      const tookMs = performance.now() - start;
      const envelope = (text === '' ? {} : JSON.parse(text)) as { data?: T; error?: { code: string; message: string } };
      return {
        status: response.status,
        tookMs,
        data: envelope.data as T,
        errorCode: envelope.error?.code,
        errorMessage: envelope.error?.message,
        retryAfter: response.headers.get('retry-after'),
      };
    },
  };
}

/** @throws Failure where the answer is not the status that the caller counts on */
export function expectStatus<T>(answer: ApiAnswer<T>, status: number, what: string): T {
  if (answer.status === status) return answer.data;
  const said = answer.errorCode ? `${answer.errorCode}: ${answer.errorMessage}` : 'no error message';
  throw new Failure(`${what} was answered ${answer.status} instead of ${status} (${said}).`);
}
