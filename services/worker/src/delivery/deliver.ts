import { cancelDelivery, type DeliveryToAttempt, type Executor } from '@switchboard/db';
import type { DeliveryJob } from '@switchboard/shared';
import { setTimeout as delay } from 'node:timers/promises';
import type { Feeder } from '../flow/feeder.js';
import { makeAttempt, type AttemptDeps } from './attempt.js';
import type { EndpointGate } from './endpoint-gate.js';
import { createFollowUp, type FollowUpDeps, type RecordedAttempt } from './follow-up.js';
import type { Loader } from './loader.js';

export interface DeliverDeps extends AttemptDeps, FollowUpDeps {
  database: Executor;
  loader: Loader;
  gate: EndpointGate;
  feeder: Feeder;
}

/** Takes one job of either lane. @param onAnswered called when its POST is over; never where none is made */
export type Deliver = (job: DeliveryJob, onAnswered?: () => void) => Promise<void>;

/**
 * One job: one attempt, or none where the delivery is no longer owed this one, or not yet. A job that makes none is
 * simply forgotten: PostgreSQL says what is owed, and feeder or sweeper bring it again when its turn has come.
 */
export function createDeliver(deps: DeliverDeps): Deliver {
  const underWay = new Map<string, Promise<void>>();
  const followUp = createFollowUp(deps);
  const run = async (job: DeliveryJob, onAnswered?: () => void) => {
    const attempted = await attemptWhatIsOwed(deps, job, onAnswered);
    if (attempted) followUp(attempted);
    else if (job.granted === 'probe') deps.feeder.giveProbeBack(job.endpoint_id);
  };
  return async (job, onAnswered) => {
    const id = job.delivery_id;
    for (let other = underWay.get(id); other; other = underWay.get(id)) {
      // A stalled job comes back while this process still works on it: the second run would only POST again.
      if (job.granted === undefined) return;
      // The other was loaded before the turn was granted, and is sent away for want of it: dropped, the turn would be lost.
      await other;
    }
    const ended = run(job, onAnswered);
    const settled = ended.catch(() => undefined);
    underWay.set(id, settled);
    try {
      await ended;
    } finally {
      underWay.delete(id);
    }
  };
}

async function attemptWhatIsOwed(
  deps: DeliverDeps,
  job: DeliveryJob,
  onAnswered: (() => void) | undefined,
): Promise<RecordedAttempt | undefined> {
  const delivery = await loadWhenDue(deps, job);
  const loadedAtMs = performance.now();
  if (!delivery) return undefined;
  if (isClosed(delivery)) {
    await cancel(deps, delivery, job);
    return undefined;
  }
  if (!hasTurn(deps.feeder, delivery, job)) {
    if (!isClaimedByProbe(delivery, deps.claimMs)) giveBack(deps.feeder, delivery);
    return undefined;
  }
  const release = await deps.gate.enter(job.endpoint_id, delivery.max_in_flight ?? deps.endpointConcurrency);
  if (!release) {
    leaveInPostgres(deps.feeder, delivery);
    return undefined;
  }
  const leave = (durationMs: number) => {
    release(durationMs);
    onAnswered?.();
  };
  const { record, moved } = await makeAttempt(deps, { delivery, job, loadedAtMs, release: leave });
  return { delivery, job, record, moved };
}

/** Timers and clocks of one machine differ by less. */
const EARLY_MARGIN_MS = 50;

/**
 * A delayed job may come early: BullMQ counts by the clock of whoever added it, and workers' clocks differ. It waits here
 * for what the database's clock says; no longer than a sweep looks ahead, for the sweeper brings what is due later.
 *
 * @returns undefined where this attempt is not owed, or not now
 */
async function loadWhenDue(deps: DeliverDeps, job: DeliveryJob): Promise<DeliveryToAttempt | undefined> {
  for (;;) {
    const delivery = await deps.loader.submit(job);
    if (!delivery || !isOwed(delivery, job)) return undefined;
    if (job.granted !== undefined || delivery.due_in_ms <= EARLY_MARGIN_MS) return delivery;
    if (delivery.due_in_ms > deps.sweepIntervalMs) return undefined;
    await delay(delivery.due_in_ms);
  }
}

/** The first half of the compare-and-set: a job that comes late makes no POST. The recorder holds the second half. */
function isOwed(delivery: DeliveryToAttempt, job: DeliveryJob): boolean {
  return delivery.status === 'pending' && delivery.attempt_count === job.attempt - 1;
}

function isClosed(delivery: DeliveryToAttempt): boolean {
  return delivery.endpoint_deleted || !delivery.endpoint_enabled;
}

async function cancel({ database, feeder }: DeliverDeps, delivery: DeliveryToAttempt, job: DeliveryJob): Promise<void> {
  await cancelDelivery(database, job, delivery.endpoint_deleted ? 'endpoint_deleted' : 'endpoint_disabled');
  if (delivery.held_by === 'turn') feeder.next(job.endpoint_id);
}

/** Its endpoint has no place for it here, and others none that we know of. */
function leaveInPostgres(feeder: Feeder, delivery: DeliveryToAttempt): void {
  giveBack(feeder, delivery);
  if (!needsTurn(delivery)) feeder.hold([delivery.endpoint_id]);
}

/** A probe's claim lasts as long as the longest attempt: while it does, the probe may be making its POST. */
function isClaimedByProbe({ claimed_until, database_time }: DeliveryToAttempt, claimMs: number): boolean {
  return claimed_until !== null && claimed_until.getTime() - database_time.getTime() > claimMs + EARLY_MARGIN_MS;
}

/** Nothing is on its way any more: it is free for the probe, or for whoever has the turn. */
function giveBack(feeder: Feeder, { event_id, endpoint_id, claimed_until }: DeliveryToAttempt): void {
  if (claimed_until) feeder.giveBack({ event_id, endpoint_id, claimed_until });
}

function needsTurn(delivery: DeliveryToAttempt): boolean {
  return delivery.held_by === 'turn' || delivery.held_by === 'rate';
}

/**
 * With an open breaker only the probe passes. A fifo or rate-limited endpoint takes what it was granted and no more. A
 * test is none of these deliveries: it is one request that a person waits for, to see whether the endpoint answers.
 */
function hasTurn(feeder: Feeder, delivery: DeliveryToAttempt, job: DeliveryJob): boolean {
  if (delivery.run_trigger === 'test') return true;
  if (delivery.is_paused) return job.granted === 'probe';
  if (!needsTurn(delivery) || job.granted !== undefined) return true;
  if (delivery.held_by === 'turn') feeder.next(job.endpoint_id);
  else feeder.pace(job.endpoint_id);
  return false;
}
