import { Pool } from 'undici';
import { createHistogram, type DurationSummary } from '../measuring/histogram.js';
import { createWindow, type WindowSpec } from './window.js';

/** Requests of one kind, and how they follow each other. */
export interface LoadSpec {
  /** `http://127.0.0.1:3000` */
  origin: string;
  method: 'GET' | 'POST';
  path: string;
  token: string;
  /** Sent in turn; none for a GET. */
  bodies: string[];
  /** Events in each of the bodies. */
  items_per_request: number;
  expected_status: number;
  /** `closed`: so many callers, each sends its next request when the last is answered. `rate`: evenly, whatever comes. */
  pace: { kind: 'closed'; callers: number } | { kind: 'rate'; per_second: number };
  /** Ends after so many requests, after so many seconds, or at `stop`, whichever is first. */
  requests?: number;
  seconds?: number;
  /** Keeps the sender from running ahead of the receivers. */
  window?: WindowSpec;
}

export interface LoadResult {
  requests: number;
  /** In requests that were answered as expected. */
  items: number;
  /** What else was answered, by status, or by the error's code where there was no answer. */
  failures: Record<string, number>;
  seconds: number;
  took: DurationSummary;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** Enough for any rate here; a caller that is not answered in time holds a connection of its own. */
const RATE_CONNECTIONS = 64;
const TICK_MS = 2;

/** @param stopped ends the load, also one without another end */
export async function runLoad(spec: LoadSpec, stopped: AbortSignal): Promise<LoadResult> {
  const connections = spec.pace.kind === 'closed' ? spec.pace.callers : RATE_CONNECTIONS;
  const pool = new Pool(spec.origin, { connections, pipelining: 1 });
  const window = spec.window ? createWindow(spec.window) : undefined;
  const run = createRun(spec, pool);
  const startedAt = performance.now();
  const over = () =>
    stopped.aborted ||
    (spec.requests !== undefined && run.sent() >= spec.requests) ||
    (spec.seconds !== undefined && performance.now() - startedAt >= spec.seconds * 1_000);
  try {
    if (spec.pace.kind === 'closed') {
      const caller = async () => {
        while (!over()) {
          await window?.waitForRoom(run.itemsSent(), over);
          if (!over()) await run.send(performance.now());
        }
      };
      await Promise.all(Array.from({ length: spec.pace.callers }, caller));
    } else {
      await sendAtRate(spec.pace.per_second, { over, send: run.send, startedAt });
    }
    return run.result((performance.now() - startedAt) / 1_000);
  } finally {
    window?.close();
    await pool.destroy();
  }
}

function createRun(spec: LoadSpec, pool: Pool) {
  const took = createHistogram();
  const failures: Record<string, number> = {};
  const headers = {
    authorization: `Bearer ${spec.token}`,
    ...(spec.bodies.length > 0 && { 'content-type': 'application/json' }),
  };
  let sent = 0;
  let answered = 0;
  const fail = (reason: string) => (failures[reason] = (failures[reason] ?? 0) + 1);
  return {
    sent: () => sent,
    itemsSent: () => sent * spec.items_per_request,
    /** @param dueAt from which its time is counted: a late start is a delay that its caller feels */
    send: async (dueAt: number) => {
      const body = spec.bodies[sent % spec.bodies.length] ?? null;
      sent += 1;
      try {
        const response = await pool.request({
          method: spec.method,
          path: spec.path,
          headers,
          body,
          signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        });
        await response.body.dump();
        took.add(performance.now() - dueAt);
        if (response.statusCode === spec.expected_status) answered += 1;
        else fail(String(response.statusCode));
      } catch (error) {
        fail((error as { code?: string }).code ?? (error as Error).name);
      }
    },
    result: (seconds: number): LoadResult => ({
      requests: sent,
      items: answered * spec.items_per_request,
      failures,
      seconds,
      took: took.summary(),
    }),
  };
}

/** Sends what is due by the clock: a machine that was busy for a moment catches up, and the wait counts as time taken. */
async function sendAtRate(
  perSecond: number,
  { over, send, startedAt }: { over: () => boolean; send: (dueAt: number) => Promise<void>; startedAt: number },
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let begun = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (;;) {
        const dueAt = startedAt + (begun * 1_000) / perSecond;
        if (dueAt > performance.now() || over()) break;
        begun += 1;
        const request: Promise<void> = send(dueAt).finally(() => underWay.delete(request));
        underWay.add(request);
      }
      if (!over()) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  await Promise.all(underWay);
}
