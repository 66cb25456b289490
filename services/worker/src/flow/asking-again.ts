/** Endpoints of which a take brought nothing, though they owe something: they are asked again soon, and ever less often. */
export interface AskingAgain {
  /** Nothing of it was free: others have it in hand, or are about to give it back. */
  gotNothing(endpointId: string, places: number): void;
  /** It gave something, or owes nothing any more. */
  settled(endpointId: string): void;
}

const FIRST_PAUSE_MS = 100;
/** Sooner than the sweeper, and no more than a few endpoints' worth of work where everything is in others' hands. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * Places are filled one by one as attempts end. An endpoint that has none under way here would never be asked again until
 * the sweeper comes by; measured: a `drain` of which 5 of 15 seconds passed so.
 */
export function createAskingAgain(ask: (endpointId: string, places: number) => void): AskingAgain {
  const waiting = new Map<string, { pauseMs: number; timer: NodeJS.Timeout | null }>();
  return {
    gotNothing: (endpointId, places) => {
      const known = waiting.get(endpointId);
      if (known?.timer) return;
      const pauseMs = known ? Math.min(known.pauseMs * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      const entry: { pauseMs: number; timer: NodeJS.Timeout | null } = { pauseMs, timer: null };
      entry.timer = setTimeout(() => {
        entry.timer = null;
        ask(endpointId, places);
      }, pauseMs).unref();
      waiting.set(endpointId, entry);
    },
    settled: (endpointId) => {
      const timer = waiting.get(endpointId)?.timer;
      if (timer) clearTimeout(timer);
      waiting.delete(endpointId);
    },
  };
}
