import {
  closeBreaker,
  lengthenPause,
  openBreaker,
  type AttemptRecord,
  type DeliveryToAttempt,
  type Executor,
} from '@switchboard/db';
import type { Producer } from '@switchboard/queue';
import { toPublicId, type DeliveryJob } from '@switchboard/shared';
import type { Logger } from 'pino';
import type { Breaker } from '../flow/breaker.js';
import type { Feeder } from '../flow/feeder.js';
import type { EndpointHealth } from '../maintenance/endpoint-health.js';
import type { EndpointGate } from './endpoint-gate.js';
import { GONE } from './outcome.js';
import { isQueuedAtOnce } from './queued-retry.js';

export interface FollowUpDeps {
  database: Executor;
  producer: Producer;
  feeder: Feeder;
  gate: Pick<EndpointGate, 'sendAway'>;
  breaker: Breaker;
  health: Pick<EndpointHealth, 'observe'>;
  /** For those who watch: the attempt is committed. */
  onRecorded?(delivery: DeliveryToAttempt): void;
  /** A receiver answered 410. Never throws. */
  onGone(delivery: DeliveryToAttempt): Promise<void>;
  log: Logger;
  /** As in AttemptDeps: what is due later is the sweeper's. */
  sweepIntervalMs: number;
  /** Places of an endpoint that sets no `max_in_flight`. */
  endpointConcurrency: number;
  /** The first pause of a breaker; each probe that fails doubles it, up to `maxPauseMs`. */
  breakerPauseMs: number;
  maxPauseMs: number;
}

export interface RecordedAttempt {
  delivery: DeliveryToAttempt;
  job: DeliveryJob;
  record: AttemptRecord;
  moved: boolean;
}

/** Timers may fire a moment early by the database's clock; asked too early, it would say that nothing is due. */
const CLOCK_MARGIN_MS = 5;

/**
 * What a recorded attempt sets going: its retry, the next delivery in turn, the breaker. Nothing of it is waited for and
 * nothing of it can fail the attempt, which is committed; what goes wrong here the sweeper mends.
 */
export function createFollowUp(deps: FollowUpDeps): (attempted: RecordedAttempt) => void {
  return (attempted) => {
    const { delivery, record } = attempted;
    deps.health.observe(delivery, record.status === 'succeeded');
    deps.onRecorded?.(delivery);
    if (record.status_code === GONE) void deps.onGone(delivery);
    const isProbe = delivery.is_paused;
    const work = isProbe ? decideOnProbe(deps, attempted) : watchBreaker(deps, attempted);
    work.catch((error: unknown) => deps.log.debug({ err: error }, 'breaker not written; the next attempt decides'));
    if (attempted.moved) retryLater(deps, attempted);
    // Behind an open breaker nothing else has a turn; where the probe succeeded, decideOnProbe lets the others in.
    if (!isProbe) fillPlaces(deps, attempted);
  };
}

async function watchBreaker(deps: FollowUpDeps, { delivery, record }: RecordedAttempt): Promise<void> {
  const outcome =
    record.status === 'succeeded' ? 'succeeded' : record.error_code === 'timeout' ? 'timed_out' : 'failed';
  if (!deps.breaker.observe(delivery.endpoint_id, outcome)) return;
  deps.breaker.forget(delivery.endpoint_id);
  // Jobs that were loaded while it was closed: those that wait now, and those that come until the others can see it.
  deps.gate.sendAway(delivery.endpoint_id);
  const isNew = await openBreaker(deps.database, delivery.endpoint_id, deps.breakerPauseMs);
  deps.gate.sendAway(delivery.endpoint_id);
  if (!isNew) return;
  deps.log.warn(
    { endpoint_id: toPublicId('endpoint', delivery.endpoint_id), pause_ms: deps.breakerPauseMs },
    'endpoint keeps failing; its deliveries wait until a probe succeeds',
  );
}

async function decideOnProbe(deps: FollowUpDeps, attempted: RecordedAttempt): Promise<void> {
  const { delivery, job, record } = attempted;
  if (record.status !== 'succeeded') {
    // A test in vain says nothing new of an endpoint that is known to fail.
    if (job.granted === 'probe') await lengthenPause(deps.database, delivery.endpoint_id, deps.maxPauseMs);
    return;
  }
  // What was in flight when it opened has failed since: that is no judgement on the endpoint that is back.
  deps.breaker.forget(delivery.endpoint_id);
  const wasOpen = await closeBreaker(deps.database, delivery.endpoint_id);
  if (wasOpen) deps.log.info({ endpoint_id: toPublicId('endpoint', delivery.endpoint_id) }, 'endpoint is back');
  openUp(deps, delivery);
}

/** All the endpoint's places at once: the probe has just shown that it answers. */
function openUp({ feeder, endpointConcurrency }: FollowUpDeps, delivery: DeliveryToAttempt): void {
  const id = delivery.endpoint_id;
  if (delivery.held_by === 'turn') return feeder.next(id);
  if (delivery.held_by === 'rate') return feeder.pace(id);
  feeder.hold([id]);
  feeder.feed(id, delivery.max_in_flight ?? endpointConcurrency);
}

function fillPlaces({ feeder, endpointConcurrency }: FollowUpDeps, { delivery, record }: RecordedAttempt): void {
  const id = delivery.endpoint_id;
  // A fifo head that is to be tried again keeps its turn.
  if (delivery.held_by === 'turn') {
    if (record.status !== 'pending') feeder.next(id);
  } else if (delivery.held_by === 'rate') feeder.pace(id);
  else if (delivery.held_by === 'backlog' || feeder.hasBacklog(id)) {
    feeder.feed(id, delivery.max_in_flight ?? endpointConcurrency);
  }
}

function retryLater(deps: FollowUpDeps, { delivery, job, record }: RecordedAttempt): void {
  const delayMs = record.retry_delay_ms;
  if (delayMs === null || delayMs > deps.sweepIntervalMs) return;
  if (!isQueuedAtOnce(delivery, delayMs, deps.sweepIntervalMs)) {
    const { feeder } = deps;
    const askAgain = delivery.held_by === 'turn' ? feeder.next : feeder.pace;
    setTimeout(() => askAgain(delivery.endpoint_id), delayMs + CLOCK_MARGIN_MS).unref();
    return;
  }
  const { granted: _, ...ids } = job;
  deps.producer
    .addDeliveries('retries', [{ ...ids, attempt: job.attempt + 1, delay_ms: delayMs }])
    // Accepted failure: next_attempt_at is committed, so the sweeper enqueues it once its claim is over.
    .catch((error: unknown) => deps.log.debug({ err: error }, 'retry not enqueued; left to the sweeper'));
}
