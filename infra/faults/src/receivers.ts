import type { Socket } from 'node:net';
import type { RawAnswer, Receiver } from './receiver.js';

export interface HeldReceiver {
  /** How many POSTs wait for their answer. */
  heldCount(): number;
  /** Answers all that wait with 200, and everything from now on at once. */
  release(): void;
}

/** Has a receiver take POSTs and not answer them: what is sent stays in mid-POST for as long as the test wants. */
export function hold(receiver: Receiver): HeldReceiver {
  let answers: (() => void)[] = [];
  receiver.answerWith(() => new Promise((resolve) => answers.push(() => resolve({ status: 200 }))));
  return {
    heldCount: () => receiver.inHandCount(),
    release: () => {
      receiver.answerWith(() => ({ status: 200 }));
      for (const answer of answers) answer();
      answers = [];
    },
  };
}

/** Takes a POST and never says a word. */
export const hangs = (): RawAnswer => ({ take: () => undefined });

/** Begins an answer that never ends, a byte at a time: each one would start an idle timer anew. */
export const drips = (): RawAnswer => ({
  take: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
    const timer = setInterval(() => socket.write('.'), 50);
    socket.once('close', () => clearInterval(timer));
  },
});

/** Hangs up with a TCP reset in the middle of its answer. */
export const resets = (): RawAnswer => ({
  take: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of');
    socket.resetAndDestroy();
  },
});

const GIGABYTE = 1024 ** 3;
const CHUNK = Buffer.alloc(256 * 1024, 'x');

/** Answers 200 with a body of 1 GB, as fast as the other side takes it. */
export const floods = (onByteCount: (written: number) => void): RawAnswer => ({
  take: (socket) => {
    socket.once('close', () => onByteCount(socket.bytesWritten));
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${GIGABYTE}\r\n\r\n`);
    pour(socket, GIGABYTE);
  },
});

function pour(socket: Socket, totalBytes: number): void {
  let poured = 0;
  const more = () => {
    while (!socket.destroyed && poured < totalBytes) {
      poured += CHUNK.length;
      if (!socket.write(CHUNK)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}
