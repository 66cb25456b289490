import { cancelDelivery, type AttemptRecord, type DeliveryToAttempt, type Executor } from '@switchboard/db';
import type { JobOutcome, Producer } from '@switchboard/queue';
import { toPublicId, type DeliveryJob, type RetrySchedule } from '@switchboard/shared';
import type { Logger } from 'pino';
import type { EndpointGate } from './endpoint-gate.js';
import type { Exchanger } from './exchange.js';
import type { Loader } from './loader.js';
import { resultOfAnswer, resultOfThrown, stateAfter, type AttemptResult } from './outcome.js';
import type { Recorder } from './recorder.js';
import { buildRequest, type RequestDeps, type WebhookRequest } from './request.js';

export interface DeliverDeps {
  database: Executor;
  loader: Loader;
  recorder: Recorder;
  gate: EndpointGate;
  exchanger: Exchanger;
  producer: Producer;
  log: Logger;
  request: RequestDeps;
  schedule: RetrySchedule;
  defaultMaxAttempts: number;
  /** Retries due within it are enqueued here; later ones stay in PostgreSQL until the sweeper sees them (invariant 4). */
  sweepIntervalMs: number;
  onAttempt(outcome: string, durationMs: number): void;
}

const DONE: JobOutcome = { kind: 'done' };

/** One job: one attempt, or none where the delivery is no longer owed this one. */
export function createDeliver(deps: DeliverDeps): (job: DeliveryJob) => Promise<JobOutcome> {
  const underWay = new Set<string>();
  return async (job) => {
    // A stalled job comes back while this process still works on it: the second run would only POST again.
    if (underWay.has(job.delivery_id)) return DONE;
    underWay.add(job.delivery_id);
    try {
      const release = await deps.gate.enter(job.endpoint_id);
      if (!release) return { kind: 'postpone', delay_ms: deps.gate.comeBackAfterMs(job.endpoint_id) };
      const startedAt = performance.now();
      try {
        await attempt(deps, job);
      } finally {
        release(performance.now() - startedAt);
      }
      return DONE;
    } finally {
      underWay.delete(job.delivery_id);
    }
  };
}

async function attempt(deps: DeliverDeps, job: DeliveryJob): Promise<void> {
  const delivery = await deps.loader.submit(job);
  if (!delivery || !isOwed(delivery, job)) return;
  if (delivery.endpoint_deleted || !delivery.endpoint_enabled) {
    await cancelDelivery(deps.database, job, delivery.endpoint_deleted ? 'endpoint_deleted' : 'endpoint_disabled');
    return;
  }
  const request = buildRequest(deps.request, delivery, job.attempt);
  const startedAt = performance.now();
  const result = await exchange(deps.exchanger, request);
  const durationMs = Math.round(performance.now() - startedAt);
  const record = toRecord(deps, { delivery, job, request, result, durationMs });
  const moved = await deps.recorder.submit(record);
  logAttempt(deps, delivery, record, moved);
  if (moved && record.retry_delay_ms !== null) await enqueueRetry(deps, job, record.retry_delay_ms);
}

/** The first half of the compare-and-set: a job that comes late makes no POST. The recorder holds the second half. */
function isOwed(delivery: DeliveryToAttempt, job: DeliveryJob): boolean {
  return delivery.status === 'pending' && delivery.attempt_count === job.attempt - 1;
}

async function exchange(exchanger: Exchanger, request: WebhookRequest): Promise<AttemptResult> {
  try {
    return resultOfAnswer(await exchanger.send(request));
  } catch (thrown) {
    return resultOfThrown(thrown, request.timeoutMs);
  }
}

interface Attempted {
  delivery: DeliveryToAttempt;
  job: DeliveryJob;
  request: WebhookRequest;
  result: AttemptResult;
  durationMs: number;
}

function toRecord(deps: DeliverDeps, { delivery, job, request, result, durationMs }: Attempted): AttemptRecord {
  const state = stateAfter(result, job.attempt, {
    maxAttempts: delivery.max_attempts ?? deps.defaultMaxAttempts,
    schedule: deps.schedule,
    random: Math.random(),
  });
  return {
    delivery_id: job.delivery_id,
    event_id: job.event_id,
    endpoint_id: job.endpoint_id,
    number: job.attempt,
    started_at: delivery.database_time,
    duration_ms: durationMs,
    status_code: result.answer?.status ?? null,
    error_code: result.error?.code ?? null,
    error_message: result.error?.message ?? null,
    request_headers: request.loggedHeaders,
    response_headers: result.answer?.headers ?? null,
    // PostgreSQL's text cannot hold NUL; a receiver's answer can.
    response_body: result.answer?.body.replaceAll('\0', '\uFFFD') ?? null,
    ...state,
  };
}

async function enqueueRetry(deps: DeliverDeps, job: DeliveryJob, delayMs: number): Promise<void> {
  if (delayMs > deps.sweepIntervalMs) return;
  try {
    await deps.producer.addDeliveries('retries', [{ ...job, attempt: job.attempt + 1, delay_ms: delayMs }]);
  } catch (error) {
    // Accepted failure: next_attempt_at is committed, so the sweeper enqueues it.
    deps.log.debug({ err: error }, 'retry not enqueued; left to the sweeper');
  }
}

/** The one wide line of an attempt. */
function logAttempt(deps: DeliverDeps, delivery: DeliveryToAttempt, record: AttemptRecord, moved: boolean): void {
  deps.onAttempt(moved ? record.status : 'superseded', record.duration_ms);
  deps.log.info(
    {
      request_id: delivery.request_id,
      event_id: toPublicId('event', delivery.event_id),
      delivery_id: toPublicId('delivery', delivery.delivery_id),
      endpoint_id: toPublicId('endpoint', delivery.endpoint_id),
      tenant_id: toPublicId('tenant', delivery.tenant_id),
      event: delivery.event_type,
      attempt: record.number,
      status: record.status,
      status_code: record.status_code,
      error_code: record.error_code,
      duration_ms: record.duration_ms,
      retry_delay_ms: record.retry_delay_ms,
      // Another run of the same attempt was recorded first; this one counts for nothing (invariant 5).
      ...(!moved && { superseded: true }),
    },
    'attempt',
  );
}
