import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { insertTenant, type EndpointFixture } from '@switchboard/db/testing';
import { startReceiver, type Receiver } from '@switchboard/faults/receiver';
import { createProducer, type Producer } from '@switchboard/queue';
import { until, type QueuesUnderTest } from '@switchboard/queue/testing';
import { insertSealedEndpoint, type SealedEndpoint } from './endpoints.js';
import { publish, startTestWorker, type WorkerUnderTest } from './running-worker.js';

/** What a suite about running workers needs: a tenant, receivers, and workers that are stopped after each test. */
export interface WorkerSuite {
  start(env?: Record<string, string>): WorkerUnderTest;
  /** A receiver that answers 200 until it is told otherwise. */
  receiver(): Promise<Receiver>;
  endpoint(type: string, url: string, rules?: Partial<EndpointFixture>): Promise<SealedEndpoint>;
  /** Commits events of a type, tells the queue of them, and gives their ids in order. */
  publish(type: string, count?: number): Promise<string[]>;
}

export function workerSuite(queues: QueuesUnderTest): WorkerSuite {
  let producer: Producer;
  let tenantId: string;
  const running: WorkerUnderTest[] = [];
  const receivers: Receiver[] = [];

  beforeAll(async () => {
    producer = createProducer(queues.connect());
    await until('the queue is connected', () => producer.isReady());
    tenantId = await insertTenant(queues.database.database);
  });
  afterEach(async () => {
    // First the receivers: a worker that stops waits for what hangs there.
    await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
    await Promise.all(running.splice(0).map(({ worker }) => worker.stop()));
  });
  afterAll(() => producer.close());

  return {
    start: (env) => {
      const worker = startTestWorker(queues, env);
      running.push(worker);
      return worker;
    },
    receiver: async () => {
      const receiver = await startReceiver();
      receivers.push(receiver);
      return receiver;
    },
    endpoint: (type, url, rules = {}) =>
      insertSealedEndpoint(queues.database.database, { ...rules, tenant_id: tenantId, event_types: [type], url }),
    publish: async (type, count = 1) => {
      const events = Array.from({ length: count }, (_, n) => ({
        tenant_id: tenantId,
        type,
        data_json: JSON.stringify({ n }),
      }));
      // As many calls, so that each job of the queue is one a real API would make.
      const ids: string[] = [];
      for (let from = 0; from < events.length; from += 100) {
        ids.push(...(await publish(queues, producer, events.slice(from, from + 100))));
      }
      return ids;
    },
  };
}
