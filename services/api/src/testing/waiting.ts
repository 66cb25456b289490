import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until `look` answers something truthy. @throws with `what` once the time is over */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T> | T,
  timeoutMs = 10_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await pause(20);
  }
}
