import { Failure } from '@switchboard/local/failure';
import { waitUntil } from '@switchboard/local/waiting';
import type { BenchStack } from '../stack/bench-stack.js';
import { publishAll, type Published } from './publishing.js';

const FAN_OUT_TIMEOUT_MS = 300_000;

/** While an outage lasts: attempts fail and come again soon, so that none of them waits for a time of its own after it. */
export const OUTAGE_WORKER = { RETRY_SCHEDULE: '2s', MAX_ATTEMPTS: '20' };

/**
 * All receivers answer 503 while `events` are published and fanned out. Then the workers stop, each delivery has at
 * least one failed attempt in the log, all of them are due at once, and the receivers are well again. What the breakers
 * let through fails for real; for the rest the first failed attempt is written into the log, as a worker would.
 */
export async function makeOutage(
  stack: BenchStack,
  { events, workers }: { events: number; workers: number },
): Promise<Published> {
  await stack.sink.call('answerWith', { status: 503, delay_ms: 0 });
  const published = await publishAll(stack, events);
  await stack.startWorkers(workers);
  const isFannedOut = await waitUntil(async () => ((await outboxCount(stack)) === 0 ? true : undefined), {
    timeoutMs: FAN_OUT_TIMEOUT_MS,
    everyMs: 100,
  });
  if (!isFannedOut) throw new Failure(`The outbox was not empty after ${FAN_OUT_TIMEOUT_MS / 1_000} s.`);
  await stack.stopWorkers();
  await makeAllDue(stack);
  await stack.sink.call('answerWith', { status: 200, delay_ms: 0 });
  return published;
}

async function outboxCount({ database }: BenchStack): Promise<number> {
  const [row] = await database.query<{ count: number }>({ text: 'SELECT count(*) AS count FROM outbox', values: [] });
  return row?.count ?? 0;
}

async function makeAllDue({ database }: BenchStack): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query({
      text: `
        WITH failed AS (
          UPDATE deliveries SET attempt_count = 1, last_status_code = 503
          WHERE status = 'pending' AND attempt_count = 0 RETURNING id, tenant_id
        )
        INSERT INTO attempts (delivery_id, number, tenant_id, started_at, duration_ms, status_code, request_headers)
        SELECT id, 1, tenant_id, now(), 5, 503, '{}' FROM failed`,
      values: [],
    });
    await transaction.query({
      text: `UPDATE deliveries SET next_attempt_at = now(), queued_until = NULL WHERE status = 'pending'`,
      values: [],
    });
    // The breakers' pauses are just over, so that what is measured is the storm and not the wait for it.
    await transaction.query({
      text: 'UPDATE endpoint_flow SET paused_until = now() WHERE paused_until IS NOT NULL',
      values: [],
    });
  });
  await database.query({ text: 'VACUUM ANALYZE deliveries, attempts', values: [] });
}
