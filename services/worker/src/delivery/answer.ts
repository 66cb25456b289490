import type { Dispatcher } from 'undici';

/** What came back, as far as it was read. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  /** The first 16 KB as text that PostgreSQL can keep: no NUL, and no half a character where it was cut off. */
  body: string;
  /** The body went on past what is ever read. */
  tooLarge: boolean;
}

/** The whole exchange took longer than its deadline. */
export class DeadlineError extends Error {
  override readonly name = 'TimeoutError';
}

const KEPT_BODY_BYTES = 16 * 1024;
const MAX_READ_BODY_BYTES = 64 * 1024;

/**
 * Reads the answer to a request that `dispatch` sends, within one deadline over all of it: name, connection, handshake,
 * headers and body. undici heeds no abort before the request is on a connection, so the caller is answered at once, and
 * a request that is still in undici's queue is dropped there unsent.
 */
export function readAnswer(
  timeoutMs: number,
  dispatch: (handler: Dispatcher.DispatchHandler) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const kept: Buffer[] = [];
    let read = 0;
    let status = 0;
    let headers: Answer['headers'] = {};
    let controller: Dispatcher.DispatchController | undefined;
    let deadline: DeadlineError | undefined;
    const timer = setTimeout(() => {
      deadline = new DeadlineError(`not answered in full within ${timeoutMs} ms`);
      reject(deadline);
      controller?.abort(deadline);
    }, timeoutMs);
    const finish = (tooLarge: boolean) => {
      clearTimeout(timer);
      resolve({ status, headers, body: textOf(kept, read), tooLarge });
    };
    dispatch({
      onRequestStart: (started) => {
        controller = started;
        if (deadline) started.abort(deadline);
      },
      onResponseStart: (_, statusCode, received) => {
        // 1xx answers go before the one that counts.
        if (statusCode < 200) return;
        status = statusCode;
        headers = received as Answer['headers'];
      },
      onResponseData: (reading, chunk) => {
        if (read < KEPT_BODY_BYTES) kept.push(chunk.subarray(0, KEPT_BODY_BYTES - read));
        read += chunk.length;
        if (read <= MAX_READ_BODY_BYTES) return;
        finish(true);
        // Destroys the connection: not one byte more is read.
        reading.abort(new Error('The answer is larger than is read.'));
      },
      onResponseEnd: () => finish(false),
      onResponseError: (_, error) => {
        clearTimeout(timer);
        reject(error);
      },
    });
  });
}

/** As UTF-8, whatever it is. A cut may go through a character, which is then left out. */
function textOf(kept: Buffer[], read: number): string {
  const bytes = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
  const text =
    read > KEPT_BODY_BYTES
      ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
      : bytes.toString('utf8');
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
