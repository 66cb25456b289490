import { giveProbeBack, takeHeads, takeProbes, takeWithinRate, type Claim, type Executor } from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { createBatcher } from '@switchboard/shared';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';
import { createBacklogs } from './backlogs.js';
import { createEnqueue } from './enqueue.js';
import type { OwnLanes } from './own-lanes.js';
import type { QueueDepth } from './queue-depth.js';

/**
 * Takes deliveries that wait in PostgreSQL when their turn has come: the next of a fifo endpoint when the one before it
 * has ended, as many a second as a limited rate allows, one for each place that an endpoint with a backlog has free
 * again, and one probe when the pause of an open breaker is over. What of a backlog has no job begins in this worker, all
 * else goes through the queue. What it misses the sweeper finds. None of its calls fails: with the database or the queue
 * away, deliveries stay where they are safe.
 */
export interface Feeder {
  /** The endpoints take no more as it comes; from now on their deliveries are fed. */
  hold(endpointIds: readonly string[]): void;
  /** A delivery found no place; it waits in PostgreSQL again. */
  giveBack(claim: Claim): void;
  /** The endpoint's probe made no attempt: another is to be taken soon, not when the lease of the first has passed. */
  giveProbeBack(endpointId: string): void;
  /** An endpoint with a backlog may have places free here, of `maxInFlight`: deliveries are taken for them. */
  feed(endpointId: string, maxInFlight: number): void;
  /** Whether this worker knows that the endpoint has a backlog. */
  hasBacklog(endpointId: string): boolean;
  /** The next delivery of a fifo endpoint may have its turn. */
  next(endpointId: string): void;
  /** The rate-limited endpoint owes something. */
  pace(endpointId: string): void;
}

export interface FeederDeps {
  database: Executor;
  producer: Producer;
  /** Where this worker attempts what it takes. */
  lanes: Pick<OwnLanes, 'take' | 'freePlaces' | 'unanswered'>;
  depth: Pick<QueueDepth, 'read'>;
  /** How many attempts of an endpoint this worker has under way, its own and those from the queue. */
  inFlight(endpointId: string): number;
  log: Logger;
  /** How long a job is believed to be in the queue. */
  leaseMs: number;
  /** The longest that an attempt can take: a probe that is silent for longer is made again. */
  probeLeaseMs: number;
}

/** Small against any limit: at 5 a second each delivery comes within 0.1 s of its time. */
const PACE_INTERVAL_MS = 100;
/** An endpoint that gave nothing for so long owes nothing; a limit of 1 a second gives something every second. */
const PACE_PATIENCE_MS = 3_000;
const PROBE_INTERVAL_MS = 500;
const PROBES_AT_ONCE = 100;
const HEADS_AT_ONCE = 500;

export function createFeeder(deps: FeederDeps): Feeder & { start(): Loop[] } {
  const { database, log, leaseMs } = deps;
  const enqueue = createEnqueue(deps);
  const backlogs = createBacklogs({ ...deps, enqueue });
  const paced = new Map<string, number>();
  const heads = createBatcher<string, void>({
    maxSize: HEADS_AT_ONCE,
    maxUnderWay: 2,
    run: async (ids) => {
      await enqueue(await takeHeads(database, [...new Set(ids)], leaseMs), 'turn');
      return ids.map(() => undefined);
    },
  });
  const quietly = (what: string, work: Promise<void> | undefined) =>
    void work?.catch((error: unknown) => log.debug({ err: error }, `${what} failed; left to the sweeper`));

  const takePaced = async () => {
    if (paced.size === 0) return false;
    const taken = await takeWithinRate(database, [...paced.keys()], leaseMs);
    const time = Date.now();
    for (const { endpoint_id } of taken) paced.set(endpoint_id, time);
    for (const [id, since] of paced) if (time - since > PACE_PATIENCE_MS) paced.delete(id);
    await enqueue(taken, 'turn');
    return false;
  };
  const probe = async () => {
    await enqueue(await takeProbes(database, { leaseMs: deps.probeLeaseMs, limit: PROBES_AT_ONCE }), 'probe');
    return false;
  };
  return {
    hasBacklog: (endpointId) => backlogs.has(endpointId),
    hold: (endpointIds) => endpointIds.forEach((id) => quietly('marking a backlog', backlogs.mark(id))),
    giveBack: (claim) => quietly('giving a delivery back', backlogs.giveBack(claim)),
    giveProbeBack: (endpointId) => quietly('giving a probe back', giveProbeBack(database, endpointId)),
    feed: (endpointId, maxInFlight) => quietly('feeding a backlog', backlogs.feed(endpointId, maxInFlight)),
    next: (endpointId) => quietly('taking the next in order', heads.submit(endpointId)),
    pace: (endpointId) => void paced.set(endpointId, Date.now()),
    start: () => [
      startLoop({ name: 'pace', intervalMs: PACE_INTERVAL_MS, log, run: takePaced }),
      startLoop({ name: 'probes', intervalMs: PROBE_INTERVAL_MS, log, run: probe }),
    ],
  };
}
