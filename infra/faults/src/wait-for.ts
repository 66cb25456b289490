import { waitUntil } from '@switchboard/local/waiting';

/** Waits until `look` gives something other than undefined or false. @throws Error that names what never came */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, undefined | false>> {
  const found = await waitUntil(
    async () => {
      const value = await look();
      return value === false ? undefined : value;
    },
    { timeoutMs, everyMs: 20 },
  );
  if (found === undefined) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}.`);
  return found as Exclude<T, undefined | false>;
}
