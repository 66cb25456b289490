import {
  createTestDatabase,
  insertTenant,
  makeDelivery,
  type MadeDelivery,
  type TestDatabase,
} from '@switchboard/db/testing';
import type { NewEvent } from '@switchboard/db';
import { connectQueues, createProducer, type Producer } from '@switchboard/queue';
import { until } from '@switchboard/queue/testing';
import { parseRetrySchedule, type DeliveryJob } from '@switchboard/shared';
import { createDeliver, type DeliverDeps } from '../delivery/deliver.js';
import { createEndpointGate } from '../delivery/endpoint-gate.js';
import { createBreaker } from '../flow/breaker.js';
import { createFeeder } from '../flow/feeder.js';
import { createLoader } from '../delivery/loader.js';
import { createRecorder } from '../delivery/recorder.js';
import { insertSealedEndpoint, testKeyring, type SealedEndpoint } from './endpoints.js';
import { createTestExchanger } from './exchanger.js';
import { NO_LANES, type NotingLanes } from './noting-lanes.js';
import { createTestLog, type LogLine } from './log.js';

/** A job as it lies in the queue. The bench's queues run on PostgreSQL, where a test can look at them. */
export interface QueuedJob {
  id: string;
  queue: string;
  delay_ms: number;
  data: Record<string, unknown>;
}

/** The parts of a worker on a database of their own, without the loops and consumers that would run them. */
export interface Bench {
  test: TestDatabase;
  tenantId: string;
  producer: Producer;
  logLines: LogLine[];
  logText(): string;
  deps: DeliverDeps;
  deliver(job: DeliveryJob): Promise<void>;
  /** An endpoint that alone is subscribed to `eventType`, and a delivery of such an event to it. */
  owe(target: { url: string; eventType?: string } & Partial<EndpointRules>, event?: Partial<NewEvent>): Promise<Owed>;
  queuedJobs(): Promise<QueuedJob[]>;
  close(): Promise<void>;
}

interface EndpointRules {
  headers: Record<string, string>;
  max_attempts: number;
  timeout_ms: number;
  max_in_flight: number;
  rate_limit_per_second: number;
  ordering: 'none' | 'fifo';
}

export type Owed = MadeDelivery & { endpoint: SealedEndpoint };

/** @param lanes where the feeder begins what it takes; not given: all of it goes into the queue */
export async function openBench(
  overrides: Partial<DeliverDeps> = {},
  lanes: NotingLanes['lanes'] = NO_LANES,
): Promise<Bench> {
  const test = await createTestDatabase();
  const tenantId = await insertTenant(test.database);
  const queues = connectQueues({ redisUrl: undefined, databaseUrl: test.url, prefix: 'bench' }, () => undefined);
  const producer = createProducer(queues);
  // The first command makes the queue's tables.
  await until('the queue answers', () =>
    producer.waitingCount('deliveries').then(
      () => true,
      () => false,
    ),
  );
  const { log, lines, text } = createTestLog();
  const exchanger = createTestExchanger();
  const deps: DeliverDeps = {
    database: test.database,
    loader: createLoader(test.database),
    recorder: createRecorder({ database: test.database, log }),
    gate: createEndpointGate(),
    feeder: createFeeder({
      database: test.database,
      producer,
      lanes,
      depth: { read: () => Promise.resolve(0) },
      inFlight: () => 0,
      log,
      leaseMs: 5_000,
      probeLeaseMs: 5_000,
    }),
    breaker: createBreaker(),
    health: { observe: () => undefined },
    onGone: () => Promise.resolve(),
    breakerPauseMs: 10_000,
    maxPauseMs: 60_000,
    endpointConcurrency: 10,
    exchanger,
    producer,
    log,
    wide: log,
    request: {
      keyring: testKeyring,
      brand: 'Switchboard',
      userAgent: 'Switchboard-Webhooks/1.0',
      defaultTimeoutMs: 2_000,
    },
    schedule: parseRetrySchedule('1s,60s'),
    defaultMaxAttempts: 3,
    sweepIntervalMs: 5_000,
    claimMs: 5_000,
    onAttempt: () => undefined,
    ...overrides,
  };
  return {
    test,
    tenantId,
    producer,
    logLines: lines,
    logText: text,
    deps,
    deliver: createDeliver(deps),
    owe: (target, event) => owe(test, tenantId, target, event),
    queuedJobs: () =>
      test.database.query<QueuedJob>({
        text: 'SELECT id, queue, delay_ms::int, data FROM bullmq.job ORDER BY seq',
        values: [],
      }),
    close: async () => {
      await producer.close();
      await queues.close();
      await exchanger.close();
      await test.drop();
    },
  };
}

let owed = 0;

async function owe(
  { database }: TestDatabase,
  tenantId: string,
  { eventType, ...rules }: { url: string; eventType?: string } & Partial<EndpointRules>,
  event: Partial<NewEvent> = {},
): Promise<Owed> {
  const type = eventType ?? `bench.owed_${(owed += 1)}`;
  const endpoint = await insertSealedEndpoint(database, { ...rules, tenant_id: tenantId, event_types: [type] });
  const delivery = await makeDelivery(database, {
    tenant_id: tenantId,
    endpoint_id: endpoint.id,
    event: { ...event, type },
  });
  return { ...delivery, endpoint };
}

/** The job of an attempt of this delivery. */
export function jobOf({ delivery_id, event_id, endpoint_id }: MadeDelivery, attempt = 1): DeliveryJob {
  return { delivery_id, event_id, endpoint_id, attempt };
}
