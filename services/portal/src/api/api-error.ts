export interface ErrorDetail {
  path: string;
  message: string;
}

/** What the server (or the way to it) said no with. `message` is made for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: ErrorDetail[];
  readonly request_id: string | null;
  readonly retry_after_seconds: number | null;
  readonly received_at_ms = Date.now();

  constructor(given: {
    status: number;
    code: string;
    message: string;
    details?: ErrorDetail[];
    request_id?: string | null;
    retry_after_seconds?: number | null;
  }) {
    super(given.message);
    this.name = 'ApiError';
    this.status = given.status;
    this.code = given.code;
    this.details = given.details ?? [];
    this.request_id = given.request_id ?? null;
    this.retry_after_seconds = given.retry_after_seconds ?? null;
  }

  /** The session has ended, or there was none. */
  get is_signed_out(): boolean {
    return this.status === 401;
  }
}

/** No answer at all. */
export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    message: 'The server could not be reached. Check your connection; nothing was lost.',
  });
}

/** An answer that is not in our envelope: a proxy's page, for example. */
export function unreadable(status: number): ApiError {
  return new ApiError({
    status,
    code: 'unreadable',
    message: `The server answered ${status} with something this page cannot read. Try again in a moment.`,
  });
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    status: 0,
    code: 'page_error',
    message: error instanceof Error ? error.message : 'Something in this page went wrong.',
  });
}
