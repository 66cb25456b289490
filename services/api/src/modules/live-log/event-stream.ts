import type { Response } from 'express';

/** Server-sent events to one reader. */
export interface EventStream {
  /** @returns false where the reader is behind: nothing was sent, and nothing more is until they have caught up */
  send(event: string, data: unknown): boolean;
  end(): void;
}

export interface EventStreamOptions {
  /** The reader has caught up; how many events were not sent to them meanwhile. */
  onCaughtUp(skipped: number): void;
  onClosed(): void;
}

const PING_INTERVAL_MS = 15_000;
/** The browser's pause before it comes back by itself. */
const RETRY_MS = 2_000;
/** A reader who takes nothing for so many pings is gone, whatever the network says. */
const MAX_PINGS_BEHIND = 4;
const KEEP_ALIVE_AFTER_MS = 30_000;

/**
 * Holds back what a slow reader does not take: the socket's buffer and one event is all that a connection costs in
 * memory. Nothing is queued, for what is shown live is worth nothing late.
 */
export function openEventStream(res: Response, { onCaughtUp, onClosed }: EventStreamOptions): EventStream {
  let isBehind = false;
  let skipped = 0;
  let pingsBehind = 0;
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // nginx and those that follow it would hold the events back to fill their buffers.
    'X-Accel-Buffering': 'no',
  });
  // A reader whose machine vanished says nothing; the network notices it this way.
  res.socket?.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
  res.socket?.setNoDelay(true);
  const write = (text: string) => {
    if (!res.write(text)) isBehind = true;
  };
  const send = (event: string, data: unknown): boolean => {
    if (res.closed || res.writableEnded) return false;
    if (isBehind) {
      skipped += 1;
      return false;
    }
    // JSON has no line breaks of its own, so one line holds it.
    write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    return true;
  };
  const ping = setInterval(() => {
    if (send('ping', {})) pingsBehind = 0;
    else if ((pingsBehind += 1) >= MAX_PINGS_BEHIND) res.destroy();
  }, PING_INTERVAL_MS).unref();
  res.on('drain', () => {
    isBehind = false;
    const missed = skipped;
    skipped = 0;
    onCaughtUp(missed);
  });
  res.once('close', () => {
    clearInterval(ping);
    onClosed();
  });
  write(`retry: ${RETRY_MS}\n\n`);
  return { send, end: () => void res.end() };
}
