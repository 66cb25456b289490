/** Gives the place back and tells how long the attempt took. */
type Release = (durationMs: number) => void;

/** How many attempts one endpoint may have under way in this worker (invariant 9). */
export interface EndpointGate {
  /**
   * Resolves to a release function once the endpoint has a free place; to null where it has none and will not have one
   * within moments, so that the job should come back later instead of holding up others'.
   */
  enter(endpointId: string): Promise<Release | null>;
  /** For a job that was sent away: how long it should stay away. The more were sent away before it, the longer. */
  comeBackAfterMs(endpointId: string): number;
}

interface EndpointState {
  inFlight: number;
  waiting: Waiter[];
  /** Moving average over the endpoint's recent attempts. */
  averageMs: number;
  /** When an attempt last began or ended: an endpoint without change for long hangs. */
  lastChangeAt: number;
  /** When the job that was sent away last is to come back. */
  lastReturnAt: number;
}

interface Waiter {
  resolve: (release: Release | null) => void;
  timer: NodeJS.Timeout;
}

/** Weight of the newest attempt in the average: about the last ten count. */
const NEWEST_WEIGHT = 0.2;
/** A job may wait this long for a place. It holds a place of the worker meanwhile, so it must be short. */
const MAX_WAIT_MS = 100;
/** Long enough for a job that was sent away not to spin, short against any retry pause. */
const MIN_AWAY_MS = 500;
/** Bounds how late a receiver that has recovered hears of it. */
const MAX_AWAY_MS = 15_000;
/** Jobs come back a little faster than the endpoint took them so far, so that its places do not stand empty. */
const RETURN_HASTE = 0.7;

/**
 * A fast endpoint with a long queue should not send its jobs back and forth: while its answers come quickly, jobs wait
 * here for the few milliseconds until a place is free. A slow or hanging one has its jobs sent away at once.
 */
export function createEndpointGate(maxInFlight: number, now: () => number = Date.now): EndpointGate {
  const endpoints = new Map<string, EndpointState>();

  const releaseOf =
    (endpointId: string, state: EndpointState): Release =>
    (durationMs) => {
      state.averageMs += NEWEST_WEIGHT * (durationMs - state.averageMs);
      state.lastChangeAt = now();
      const next = state.waiting.shift();
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
    const expectedWaitMs = ((state.waiting.length + 1) / maxInFlight) * state.averageMs;
    return now() - state.lastChangeAt < MAX_WAIT_MS && expectedWaitMs < MAX_WAIT_MS;
  };

  const stateOf = (endpointId: string): EndpointState => {
    const state = endpoints.get(endpointId) ?? {
      inFlight: 0,
      waiting: [],
      averageMs: 0,
      lastChangeAt: now(),
      lastReturnAt: 0,
    };
    endpoints.set(endpointId, state);
    return state;
  };

  return {
    enter: (endpointId) => {
      const state = stateOf(endpointId);
      if (state.inFlight < maxInFlight) {
        state.inFlight += 1;
        state.lastChangeAt = now();
        return Promise.resolve(releaseOf(endpointId, state));
      }
      return willSoonBeFree(state) ? waitForPlace(state) : Promise.resolve(null);
    },
    comeBackAfterMs: (endpointId) => {
      const state = endpoints.get(endpointId);
      const time = now();
      if (!state) return MIN_AWAY_MS;
      // Each place is worth one return per attempt. Were they all to come back at once, a long line of one endpoint's
      // jobs would keep the worker busy with sending them away again.
      const expectedMs = Math.max(state.averageMs, time - state.lastChangeAt);
      const next = Math.max(state.lastReturnAt, time + MIN_AWAY_MS) + (RETURN_HASTE * expectedMs) / maxInFlight;
      state.lastReturnAt = Math.min(next, time + MAX_AWAY_MS);
      return Math.round(state.lastReturnAt - time);
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
