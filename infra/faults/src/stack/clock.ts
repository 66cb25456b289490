import type { Environment } from './environment.js';

/** What a process is started with whose clock is `shiftMs` ahead, or behind where that is negative. */
export function wrongClock(shiftMs: number): Environment {
  // Real processes run compiled code, also where this module runs from its sources under jest.
  const preload = new URL('../../dist/clock/main.js', import.meta.url).href;
  return { NODE_OPTIONS: `--import ${preload}`, CLOCK_SHIFT_MS: String(shiftMs) };
}
