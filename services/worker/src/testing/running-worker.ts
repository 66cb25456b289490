import { insertEvents, type NewEvent } from '@switchboard/db';
import { anEvent } from '@switchboard/db/testing';
import type { Producer } from '@switchboard/queue';
import { until, type QueuesUnderTest } from '@switchboard/queue/testing';
import { parseWorkerConfig } from '../config.js';
import { createWorkerMetrics } from '../operations/metrics.js';
import { startWorker, type RunningWorker } from '../worker.js';
import { TEST_ENCRYPTION_KEYS } from './endpoints.js';
import { createTestLog, type LogLine } from './log.js';

export interface WorkerUnderTest {
  worker: RunningWorker;
  logLines: LogLine[];
  logText(): string;
}

/** A whole worker, configured as by its environment, in this process. */
export function startTestWorker(queues: QueuesUnderTest, env: Record<string, string> = {}): WorkerUnderTest {
  const config = parseWorkerConfig({
    DATABASE_URL: queues.settings.databaseUrl,
    ENCRYPTION_KEYS: TEST_ENCRYPTION_KEYS,
    ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8,::1/128',
    ALLOW_HTTP: 'true',
    RETRY_SCHEDULE: '100ms',
    SWEEP_INTERVAL: '500ms',
    ...env,
  });
  const { log, lines, text } = createTestLog();
  const worker = startWorker({
    config,
    database: queues.database.database,
    maintenance: queues.database.database,
    queues: queues.connect(),
    metrics: createWorkerMetrics(),
    log,
    wide: log,
  });
  return { worker, logLines: lines, logText: text };
}

/** Commits events and tells the queue of them, as the API does. */
export async function publish(
  queues: QueuesUnderTest,
  producer: Producer | null,
  events: (Partial<NewEvent> & { tenant_id: string })[],
): Promise<string[]> {
  const made = events.map(anEvent);
  await insertEvents(queues.database.database, made);
  const ids = made.map((event) => event.id);
  await producer?.addEvents(ids);
  return ids;
}

export interface Tally {
  pending: number;
  succeeded: number;
  dead: number;
  cancelled: number;
}

/** How many deliveries of these events stand where. */
export async function tallyOf(
  { database: { database } }: QueuesUnderTest,
  eventIds: readonly string[],
): Promise<Tally> {
  const rows = await database.query<{ status: keyof Tally; count: number }>({
    text: 'SELECT status, count(*) FROM deliveries WHERE event_id = ANY ($1::uuid[]) GROUP BY status',
    values: [eventIds],
  });
  return {
    pending: 0,
    succeeded: 0,
    dead: 0,
    cancelled: 0,
    ...Object.fromEntries(rows.map((row) => [row.status, row.count])),
  };
}

/** Waits until so many deliveries of these events have ended. */
export async function untilEnded(
  queues: QueuesUnderTest,
  eventIds: readonly string[],
  count: number,
  timeoutMs?: number,
): Promise<Tally> {
  return until(
    `${count} deliveries have ended`,
    async () => {
      const tally = await tallyOf(queues, eventIds);
      return tally.succeeded + tally.dead + tally.cancelled >= count && tally;
    },
    timeoutMs,
  );
}
