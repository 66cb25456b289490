import { isDatabaseUnavailable } from '@switchboard/db';
import { AppError, unavailable } from '@switchboard/shared';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import './locals.js';

const RETRY_AFTER_SECONDS = 5;

export function routeNotFound(): RequestHandler {
  return () => {
    throw new AppError('not_found', 'There is no such route.');
  };
}

/** The one place where an error becomes an answer. What is not an AppError is masked outside and whole inside the log. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    const shown = toAppError(error);
    const { context } = res.locals;
    context.error_code = shown.code;
    if (shown.status >= 500) log.error({ err: error, request_id: context.request_id }, 'request failed');
    // A body that was half sent cannot be mended; ending the connection tells the caller that it is not whole.
    if (res.headersSent) {
      res.destroy();
      return;
    }
    if (shown.retryAfterSeconds !== undefined) res.set('Retry-After', String(shown.retryAfterSeconds));
    res.status(shown.status).type('json').send(errorBody(shown, context.request_id));
  };
}

export function errorBody({ code, message, details }: AppError, requestId: string): string {
  return JSON.stringify({ success: false, error: { code, message, details, request_id: requestId } });
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseUnavailable(error)) {
    return unavailable('The service cannot take this request now. Try again shortly.', RETRY_AFTER_SECONDS, error);
  }
  return fromExpress(error) ?? new AppError('internal', 'Something went wrong on our side.', { cause: error });
}

/** What express itself refuses: an address that is not UTF-8, an aborted body, a charset it does not know. */
function fromExpress(error: unknown): AppError | null {
  const { status, type } = error as { status?: unknown; type?: unknown };
  if (type === 'entity.parse.failed') return new AppError('malformed_json', 'The body is not valid JSON.');
  if (type === 'entity.verify.failed') return new AppError('malformed_json', 'The body is not valid UTF-8.');
  if (type === 'entity.too.large')
    return new AppError('payload_too_large', 'The body is larger than this route accepts.');
  if (status === 415 || type === 'charset.unsupported')
    return new AppError('unsupported_media_type', 'The body must be UTF-8 JSON, not compressed in an unknown way.');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError('bad_request', 'The request could not be read.');
  }
  return null;
}
