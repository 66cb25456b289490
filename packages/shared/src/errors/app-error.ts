/** Every error code of the wire contract (design.md, section 6) with the HTTP status it answers. */
export const ERROR_STATUS = {
  malformed_json: 400,
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  entitlement_required: 403,
  insufficient_scope: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  slot_unavailable: 409,
  idempotency_in_flight: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One reason why an input was refused: where it stands (`customer.phone`, `2.tenant_id`) and what is wrong with it. */
export interface ErrorDetail {
  path: string;
  message: string;
}

interface AppErrorOptions {
  details?: ErrorDetail[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * An error that a caller may see: its code, message and details go out as they are. Anything that is not an
 * AppError is masked as `internal` at the edge and written whole into the log.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly details: ErrorDetail[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** The same sentence for a missing id and for another tenant's id, so that an answer never tells which (invariant 8). */
export function notFound(): AppError {
  return new AppError('not_found', 'There is nothing with this id.');
}

export function validationFailed(details: ErrorDetail[]): AppError {
  return new AppError('validation_failed', 'The request is not valid; see details.', { details });
}

export function unavailable(message: string, retryAfterSeconds: number, cause?: unknown): AppError {
  return new AppError('unavailable', message, { retryAfterSeconds, cause });
}
