import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { GuardedLookup } from './guarded-lookup.js';

/** An answer that went on and on without getting anywhere. */
export class AnswerFloodError extends Error {
  override readonly name = 'AnswerFloodError';
  readonly code = 'answer_flood';
}

/**
 * What an answer may take on the wire. Far more than the headers and the body that are ever read, so that only what the
 * parser passes over can reach it: 1xx answers, extensions of chunks, blank lines, a status line without an end.
 */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Connects as undici does, and cuts off connections whose answer is a flood that no other limit sees. */
export function createLimitedConnector(options: { lookup: GuardedLookup; timeout: number }): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) =>
    connect(target, (...result) => {
      if (result[1]) limitAnswers(result[1]);
      callback(...result);
    });
}

/** On a connection that is kept, an answer begins where something was sent last. */
function limitAnswers(socket: Socket): void {
  let sent = socket.bytesWritten;
  let readBefore = socket.bytesRead;
  socket.on('readable', () => {
    if (socket.bytesWritten !== sent) {
      sent = socket.bytesWritten;
      readBefore = socket.bytesRead;
    } else if (socket.bytesRead - readBefore > MAX_ANSWER_BYTES) {
      socket.destroy(new AnswerFloodError(`an answer of more than ${MAX_ANSWER_BYTES} bytes on the wire`));
    }
  });
}
