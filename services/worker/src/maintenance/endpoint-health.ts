import { writeHealthChanges, type Executor } from '@switchboard/db';
import type { Logger } from 'pino';

/** What an attempt knows of its endpoint: as it was loaded, and when. */
export interface ObservedDelivery {
  endpoint_id: string;
  failing_since: Date | null;
  /** The database's clock when the delivery was loaded; what is noted as the time of the attempt. */
  database_time: Date;
}

export interface EndpointHealth {
  /** Notes how an attempt ended. Costs nothing while that is what the database says already; never throws. */
  observe(delivery: ObservedDelivery, ok: boolean): void;
  /** Writes what is noted and no more after that. */
  stop(): Promise<void>;
}

export interface EndpointHealthDeps {
  database: Executor;
  log: Logger;
  writeIntervalMs?: number;
}

interface Known {
  failing_since: Date | null;
  /** By the database's clock; rows loaded before it do not show it. Infinity while it is being written. */
  written_at_ms: number;
}

const WRITE_INTERVAL_MS = 1_000;
/** Longer than an attempt takes from its loading to its end. */
const KNOWN_FOR_MS = 120_000;

/**
 * Keeps `failing_since` of endpoints: the first failed attempt after the last success. Only changes are written, those of
 * all endpoints together and once an interval, however often an endpoint changes its mind between.
 */
export function createEndpointHealth(deps: EndpointHealthDeps): EndpointHealth {
  let changes = new Map<string, Date | null>();
  const known = new Map<string, Known>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  /** What the database says or is about to be told. */
  const present = (delivery: ObservedDelivery): Date | null => {
    const change = changes.get(delivery.endpoint_id);
    if (change !== undefined) return change;
    const written = known.get(delivery.endpoint_id);
    const isNewer = written && written.written_at_ms >= delivery.database_time.getTime();
    return isNewer ? written.failing_since : delivery.failing_since;
  };
  const write = async () => {
    timer = undefined;
    const batch = changes;
    changes = new Map();
    for (const [id, failing_since] of batch) known.set(id, { failing_since, written_at_ms: Infinity });
    const writtenAtMs = await writeBatch(deps, batch);
    for (const [id, failing_since] of batch) {
      if (writtenAtMs === null) known.delete(id);
      else known.set(id, { failing_since, written_at_ms: writtenAtMs });
    }
    if (writtenAtMs !== null) forget(known, writtenAtMs - KNOWN_FOR_MS);
  };
  const writeAfterTheLast = () => {
    writing = writing.then(write);
  };
  return {
    observe(delivery, ok) {
      const isFailing = present(delivery) !== null;
      if (isFailing === !ok) return;
      changes.set(delivery.endpoint_id, ok ? null : delivery.database_time);
      timer ??= setTimeout(writeAfterTheLast, deps.writeIntervalMs ?? WRITE_INTERVAL_MS);
    },
    async stop() {
      clearTimeout(timer);
      if (changes.size > 0) writeAfterTheLast();
      await writing;
    },
  };
}

/** @returns the database's time of writing in milliseconds, or null where it was not written */
async function writeBatch(
  { database, log }: EndpointHealthDeps,
  batch: ReadonlyMap<string, Date | null>,
): Promise<number | null> {
  try {
    const changes = [...batch].map(([endpoint_id, failing_since]) => ({ endpoint_id, failing_since }));
    return (await writeHealthChanges(database, changes)).getTime();
  } catch (error) {
    // Accepted failure: the next attempt of the endpoint sees that the row does not say so and notes it again.
    log.debug({ err: error }, 'endpoints’ health not written');
    return null;
  }
}

function forget(known: Map<string, Known>, beforeMs: number): void {
  for (const [id, { written_at_ms }] of known) if (written_at_ms < beforeMs) known.delete(id);
}
