import { createHistogram, type DurationSummary } from '../measuring/histogram.js';
import { eventTimeMs } from './event-time.js';

/** What a sink has received, by its own clock. */
export interface Arrivals {
  /** Milliseconds since 1970, of this reading. */
  now_ms: number;
  posts: number;
  /** POSTs that were answered with an error. */
  refused: number;
  /** Deliveries that were answered 200: a `webhook-id` counts once for each endpoint. */
  unique: number;
  /** POSTs of what had been answered 200 before. */
  duplicates: number;
  /** Of the unique ones since the last mark. */
  since_mark: {
    unique: number;
    /** Of the first and the last one, null before there is any. */
    first_at_ms: number | null;
    last_at_ms: number | null;
    /** From the millisecond of the event's id until it had arrived whole. */
    latency: DurationSummary;
  };
}

export interface ArrivalLog {
  note(endpoint: number, id: string, isRefused: boolean): void;
  uniqueCount(): number;
  /** A new measurement begins; what has arrived is still known, so that a second POST of it is. */
  mark(): void;
  read(): Arrivals;
}

/** Milliseconds since 1970 with fractions, which Date.now() has not. */
const nowMs = () => performance.timeOrigin + performance.now();

export function createArrivalLog(): ArrivalLog {
  const idsOf: Set<string>[] = [];
  const counts = { posts: 0, refused: 0, unique: 0, duplicates: 0 };
  let measured = newMeasurement();

  return {
    note: (endpoint, id, isRefused) => {
      counts.posts += 1;
      if (isRefused) {
        counts.refused += 1;
        return;
      }
      const ids = (idsOf[endpoint] ??= new Set());
      if (ids.has(id)) {
        counts.duplicates += 1;
        return;
      }
      ids.add(id);
      counts.unique += 1;
      measured.add(nowMs(), eventTimeMs(id));
    },
    uniqueCount: () => counts.unique,
    mark: () => {
      measured = newMeasurement();
    },
    read: () => ({ ...counts, now_ms: nowMs(), since_mark: measured.read() }),
  };
}

function newMeasurement() {
  const latency = createHistogram();
  let unique = 0;
  let first_at_ms: number | null = null;
  let last_at_ms: number | null = null;
  return {
    add: (at: number, happenedAt: number | null) => {
      unique += 1;
      first_at_ms ??= at;
      last_at_ms = at;
      if (happenedAt !== null) latency.add(at - happenedAt);
    },
    read: () => ({ unique, first_at_ms, last_at_ms, latency: latency.summary() }),
  };
}
