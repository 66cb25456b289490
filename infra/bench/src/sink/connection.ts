import type { Socket } from 'node:net';

export interface SinkRequest {
  method: string;
  /** The header `webhook-id`, '' where there is none. */
  webhookId: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH_NAME = '\r\ncontent-length: ';
const ID_NAME = '\r\nwebhook-id: ';

/**
 * Reads HTTP/1.1 requests off a connection, one after the other, and writes what `answer` gives. Just as much of HTTP
 * as our own clients speak: node:http would cost more than the worker's whole side of the exchange.
 *
 * @param answer is given the request once its body has come in full, and a function that writes the answer
 */
export function serveConnection(
  socket: Socket,
  answer: (request: SinkRequest, write: (bytes: Buffer) => void) => void,
): void {
  let unread: Buffer = Buffer.alloc(0);
  const write = (bytes: Buffer) => {
    if (!socket.destroyed) socket.write(bytes);
  };
  socket.setNoDelay(true);
  // A sender that dies resets its connections; what it had sent counts all the same.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    for (;;) {
      const headEnd = unread.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = unread.toString('latin1', 0, headEnd);
      const end = headEnd + HEAD_END.length + Number(headerOf(head, LENGTH_NAME) || 0);
      if (unread.length < end) return;
      unread = unread.subarray(end);
      answer({ method: head.slice(0, head.indexOf(' ')), webhookId: ownCopy(headerOf(head, ID_NAME)) }, write);
    }
  });
}

/** Names in lower case are found at once, as undici sends ours; any other case is looked for in a second pass. */
function headerOf(head: string, name: string): string {
  const found = head.indexOf(name);
  const start = found >= 0 ? found : head.toLowerCase().indexOf(name);
  if (start < 0) return '';
  const end = head.indexOf('\r\n', start + name.length);
  return head.slice(start + name.length, end < 0 ? undefined : end);
}

/** A slice keeps the whole head in memory for as long as it is kept itself. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
