import { setTimeout as delay } from 'node:timers/promises';

interface WaitOptions {
  timeoutMs: number;
  /** How long to wait between two looks. */
  everyMs?: number;
  signal?: AbortSignal | undefined;
}

/** Looks until `look` answers something, and gives that back. @returns undefined when the time is over */
export async function waitUntil<T>(
  look: () => Promise<T | undefined> | T | undefined,
  { timeoutMs, everyMs = 50, signal }: WaitOptions,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() >= end) return undefined;
    await delay(everyMs, undefined, { signal });
  }
}

/** Whether `promise` settles within the time. It is not cancelled, and its rejection is not swallowed. */
export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const stop = new AbortController();
  const timeout = delay(timeoutMs, false, { signal: stop.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    stop.abort();
  }
}
