/** What this worker saw of endpoints lately; says when an endpoint's breaker has to open. */
export interface Breaker {
  /** @returns whether the endpoint fails so much that its breaker must open now */
  observe(endpointId: string, outcome: 'succeeded' | 'failed' | 'timed_out'): boolean;
  /** Begins anew: the breaker was opened or closed. */
  forget(endpointId: string): void;
}

const WINDOW_MS = 60_000;
/** Ten slices a window: old outcomes leave it in steps of 6 s, and an endpoint costs a few numbers, not a list. */
const SLICE_MS = WINDOW_MS / 10;
const LEAST_OUTCOMES = 10;
const FAILURE_SHARE = 0.7;
const TIMEOUTS_IN_A_ROW = 5;

interface Slice {
  startsAt: number;
  outcomes: number;
  failures: number;
}

interface Seen {
  slices: Slice[];
  timeoutsInARow: number;
  lastAt: number;
}

/**
 * An endpoint that fails at least 7 of 10 attempts within a minute, or times out five times in a row, gains nothing from
 * a thousand more. The decision is each worker's own; that the breaker is open is known to all (table endpoint_flow).
 */
export function createBreaker(now: () => number = Date.now): Breaker {
  const endpoints = new Map<string, Seen>();
  let lastCleanUpAt = now();

  const forgetOld = (time: number) => {
    if (time - lastCleanUpAt < WINDOW_MS) return;
    lastCleanUpAt = time;
    for (const [id, seen] of endpoints) if (time - seen.lastAt > WINDOW_MS) endpoints.delete(id);
  };
  return {
    observe: (endpointId, outcome) => {
      const time = now();
      forgetOld(time);
      const seen = endpoints.get(endpointId) ?? { slices: [], timeoutsInARow: 0, lastAt: time };
      endpoints.set(endpointId, seen);
      count(seen, outcome, time);
      // A success opens nothing, whatever went before it.
      return outcome !== 'succeeded' && mustOpen(seen);
    },
    forget: (endpointId) => void endpoints.delete(endpointId),
  };
}

function count(seen: Seen, outcome: 'succeeded' | 'failed' | 'timed_out', time: number): void {
  seen.slices = seen.slices.filter((slice) => time - slice.startsAt < WINDOW_MS);
  let slice = seen.slices.at(-1);
  if (!slice || time - slice.startsAt >= SLICE_MS)
    seen.slices.push((slice = { startsAt: time, outcomes: 0, failures: 0 }));
  slice.outcomes += 1;
  if (outcome !== 'succeeded') slice.failures += 1;
  seen.timeoutsInARow = outcome === 'timed_out' ? seen.timeoutsInARow + 1 : 0;
  seen.lastAt = time;
}

function mustOpen({ slices, timeoutsInARow }: Seen): boolean {
  if (timeoutsInARow >= TIMEOUTS_IN_A_ROW) return true;
  const outcomes = slices.reduce((sum, slice) => sum + slice.outcomes, 0);
  const failures = slices.reduce((sum, slice) => sum + slice.failures, 0);
  return outcomes >= LEAST_OUTCOMES && failures >= FAILURE_SHARE * outcomes;
}
