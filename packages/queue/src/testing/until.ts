import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `look` gives something other than undefined, null or false. @throws Error that names what never came */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<Exclude<T, undefined | null | false>> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as Exclude<T, undefined | null | false>;
    if (performance.now() > endsAt) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}.`);
    await delay(10);
  }
}
