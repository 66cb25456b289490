/** Gives the place back and tells how long the attempt took. */
type Release = (durationMs: number) => void;

/** How many attempts one endpoint may have under way in this worker, over both lanes (invariant 9). */
export interface EndpointGate {
  /**
   * Resolves to a release function once the endpoint has a free place; to null where it has none and will not have one
   * within moments, so that the job should be left to PostgreSQL instead of holding up others'.
   */
  enter(endpointId: string, maxInFlight: number): Promise<Release | null>;
  inFlight(endpointId: string): number;
  /** Those that wait for a place of this endpoint get none: they were let in by what is no longer true of it. */
  sendAway(endpointId: string): void;
}

interface EndpointState {
  maxInFlight: number;
  inFlight: number;
  waiting: Waiter[];
  /** Moving average over the endpoint's recent attempts. */
  averageMs: number;
  /** When an attempt last began or ended: an endpoint without change for long hangs. */
  lastChangeAt: number;
}

interface Waiter {
  resolve: (release: Release | null) => void;
  timer: NodeJS.Timeout;
}

/** Weight of the newest attempt in the average: about the last ten count. */
const NEWEST_WEIGHT = 0.2;
/** A job may wait this long for a place. It holds a place of the worker meanwhile, so it must be short. */
const MAX_WAIT_MS = 100;

/**
 * A fast endpoint with many jobs in the queue should not have them sent away: while its answers come quickly, jobs wait
 * here for the few milliseconds until a place is free. A slow or hanging one has its jobs sent away at once.
 */
export function createEndpointGate(now: () => number = Date.now): EndpointGate {
  const endpoints = new Map<string, EndpointState>();

  const releaseOf =
    (endpointId: string, state: EndpointState): Release =>
    (durationMs) => {
      state.averageMs += NEWEST_WEIGHT * (durationMs - state.averageMs);
      state.lastChangeAt = now();
      const next = state.inFlight <= state.maxInFlight ? state.waiting.shift() : undefined;
      if (next) {
        clearTimeout(next.timer);
        next.resolve(releaseOf(endpointId, state));
      } else {
        state.inFlight -= 1;
      }
      // Endpoints come and go; an idle one is forgotten, and its average with it.
      if (state.inFlight === 0) endpoints.delete(endpointId);
    };
  const willSoonBeFree = (state: EndpointState) => {
    const expectedWaitMs = ((state.waiting.length + 1) / state.maxInFlight) * state.averageMs;
    return now() - state.lastChangeAt < MAX_WAIT_MS && expectedWaitMs < MAX_WAIT_MS;
  };

  const stateOf = (endpointId: string, maxInFlight: number): EndpointState => {
    const state = endpoints.get(endpointId) ?? {
      maxInFlight,
      inFlight: 0,
      waiting: [],
      averageMs: 0,
      lastChangeAt: now(),
    };
    // The tenant may have changed it since.
    state.maxInFlight = maxInFlight;
    endpoints.set(endpointId, state);
    return state;
  };

  return {
    inFlight: (endpointId) => endpoints.get(endpointId)?.inFlight ?? 0,
    sendAway: (endpointId) => {
      for (const { timer, resolve } of endpoints.get(endpointId)?.waiting.splice(0) ?? []) {
        clearTimeout(timer);
        resolve(null);
      }
    },
    enter: (endpointId, maxInFlight) => {
      const state = stateOf(endpointId, maxInFlight);
      if (state.inFlight < maxInFlight) {
        state.inFlight += 1;
        state.lastChangeAt = now();
        return Promise.resolve(releaseOf(endpointId, state));
      }
      return willSoonBeFree(state) ? waitForPlace(state) : Promise.resolve(null);
    },
  };
}

function waitForPlace(state: EndpointState): Promise<Release | null> {
  return new Promise((resolve) => {
    const waiter: Waiter = {
      resolve,
      timer: setTimeout(() => {
        state.waiting.splice(state.waiting.indexOf(waiter), 1);
        resolve(null);
      }, MAX_WAIT_MS),
    };
    state.waiting.push(waiter);
  });
}
