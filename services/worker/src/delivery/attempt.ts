import type { AttemptRecord, DeliveryToAttempt } from '@switchboard/db';
import { toPublicId, type DeliveryJob, type RetrySchedule } from '@switchboard/shared';
import type { WideLog } from '@switchboard/logging';
import type { Exchanger } from './exchange.js';
import { resultOfAnswer, resultOfThrown, stateAfter, type AttemptResult } from './outcome.js';
import { isQueuedAtOnce } from './queued-retry.js';
import type { Recorder } from './recorder.js';
import { buildRequest, type RequestDeps, type WebhookRequest } from './request.js';

export interface AttemptDeps {
  recorder: Recorder;
  exchanger: Exchanger;
  wide: WideLog;
  request: RequestDeps;
  schedule: RetrySchedule;
  defaultMaxAttempts: number;
  /** Retries due within it are enqueued at once; later ones stay in PostgreSQL until the sweeper sees them (invariant 4). */
  sweepIntervalMs: number;
  /** How long past its time a job is believed to be in the queue. */
  claimMs: number;
  onAttempt(outcome: string, durationMs: number): void;
}

export interface Attempted {
  record: AttemptRecord;
  /** false: another run of the same attempt was recorded first; this one counts for nothing (invariant 5). */
  moved: boolean;
}

interface ToAttempt {
  delivery: DeliveryToAttempt;
  job: DeliveryJob;
  /** When the delivery was loaded, by performance.now(): it may have waited for a place since. */
  loadedAtMs: number;
  /** Gives the endpoint's place back: called when the exchange is over, for recording holds no receiver up. */
  release(durationMs: number): void;
}

/** Signs, sends, records, and writes the one wide line. */
export async function makeAttempt(
  deps: AttemptDeps,
  { delivery, job, loadedAtMs, release }: ToAttempt,
): Promise<Attempted> {
  const startedAt = performance.now();
  let durationMs = 0;
  let request: WebhookRequest;
  let result: AttemptResult;
  try {
    request = buildRequest(deps.request, delivery, job.attempt, loadedAtMs);
    result = await exchange(deps.exchanger, request);
  } finally {
    durationMs = Math.round(performance.now() - startedAt);
    release(durationMs);
  }
  const record = toRecord(deps, { delivery, job, request, result, durationMs });
  const moved = await deps.recorder.submit(record);
  logAttempt(deps, delivery, record, moved);
  return { record, moved };
}

async function exchange(exchanger: Exchanger, request: WebhookRequest): Promise<AttemptResult> {
  try {
    return resultOfAnswer(await exchanger.send(request));
  } catch (thrown) {
    return resultOfThrown(thrown, request.timeoutMs);
  }
}

interface Exchanged {
  delivery: DeliveryToAttempt;
  job: DeliveryJob;
  request: WebhookRequest;
  result: AttemptResult;
  durationMs: number;
}

/** A test is one attempt: whoever asked for it waits for its answer, and sends another where they like. */
const MAX_TEST_ATTEMPTS = 1;

function toRecord(deps: AttemptDeps, { delivery, job, request, result, durationMs }: Exchanged): AttemptRecord {
  const isTest = delivery.run_trigger === 'test';
  const state = stateAfter(result, job.attempt, {
    maxAttempts: isTest ? MAX_TEST_ATTEMPTS : (delivery.max_attempts ?? deps.defaultMaxAttempts),
    attemptsBeforeRun: delivery.attempts_before_run,
    schedule: deps.schedule,
    random: Math.random(),
    now: new Date(delivery.database_time.getTime() + durationMs),
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
    response_body: result.answer?.body ?? null,
    ...state,
    claim_ms: isQueuedAtOnce(delivery, state.retry_delay_ms, deps.sweepIntervalMs) ? deps.claimMs : null,
  };
}

/** The one wide line of an attempt. */
function logAttempt(deps: AttemptDeps, delivery: DeliveryToAttempt, record: AttemptRecord, moved: boolean): void {
  deps.onAttempt(moved ? record.status : 'superseded', record.duration_ms);
  deps.wide.info(
    {
      request_id: delivery.request_id,
      event_id: toPublicId('event', delivery.event_id),
      delivery_id: toPublicId('delivery', delivery.delivery_id),
      endpoint_id: toPublicId('endpoint', delivery.endpoint_id),
      tenant_id: toPublicId('tenant', delivery.tenant_id),
      event: delivery.event_type,
      trigger: delivery.run_trigger,
      attempt: record.number,
      status: record.status,
      status_code: record.status_code,
      error_code: record.error_code,
      duration_ms: record.duration_ms,
      retry_delay_ms: record.retry_delay_ms,
      ...(!moved && { superseded: true }),
    },
    'attempt',
  );
}
