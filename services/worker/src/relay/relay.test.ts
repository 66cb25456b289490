import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertEvents } from '@switchboard/db';
import { anEvent, insertEndpoint } from '@switchboard/db/testing';
import { until } from '@switchboard/queue/testing';
import { createFanOut } from '../fanout/fan-out.js';
import { createAdmission } from '../flow/admission.js';
import { createQueueDepth } from '../flow/queue-depth.js';
import { openBench, type Bench } from '../testing/bench.js';
import { NO_LANES } from '../testing/noting-lanes.js';
import { createTestLog } from '../testing/log.js';
import { startRelay } from './relay.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
  await insertEndpoint(bench.test.database, { tenant_id: bench.tenantId });
});
afterAll(() => bench.close());

const publish = async (count: number) => {
  const events = Array.from({ length: count }, () => anEvent({ tenant_id: bench.tenantId }));
  await insertEvents(bench.test.database, events);
  return events.map((event) => event.id);
};

const waitingCount = async () => {
  const [row] = await bench.test.database.query<{ count: number }>({ text: 'SELECT count(*) FROM outbox', values: [] });
  return row?.count ?? 0;
};

function relay(sweepIntervalMs: number) {
  const log = createTestLog();
  const fanOut = createFanOut({
    database: bench.test.database,
    producer: bench.producer,
    admission: createAdmission(createQueueDepth(bench.producer)),
    feeder: bench.deps.feeder,
    lanes: NO_LANES,
    leaseMs: 60_000,
    endpointConcurrency: 10,
    log: log.log,
    onFannedOut: () => undefined,
  });
  return { loop: startRelay({ fanOut, log: log.log, sweepIntervalMs }), lines: log.lines };
}

describe('the relay', () => {
  it('fans out an event that nobody was told of, within the sweep interval', async () => {
    const { loop, lines } = relay(1_000);
    try {
      const publishedAt = performance.now();
      const [eventId] = await publish(1);
      const jobs = await until('its delivery is enqueued', async () => {
        const found = (await bench.queuedJobs()).filter((job) => job.data.event_id === eventId);
        return found.length > 0 && found;
      });
      expect(performance.now() - publishedAt).toBeLessThan(1_300);
      expect(jobs).toMatchObject([{ queue: 'deliveries' }]);
      await until('it has said so', () => lines.length > 0);
      expect(lines).toEqual([expect.objectContaining({ level: 'info', events: 1 })]);
    } finally {
      await loop.stop();
    }
  });

  it('works off a backlog larger than its batch without a pause in between', async () => {
    await publish(1_200);
    await bench.test.database.query({ text: `UPDATE outbox SET committed_at = now() - interval '1 hour'`, values: [] });
    // With a pause between the batches this would take three minutes.
    const { loop } = relay(60_000);
    try {
      await until('the backlog is gone', async () => (await waitingCount()) === 0);
    } finally {
      await loop.stop();
    }
  });

  it('leaves an event to the queue at first, which is about to bring it', async () => {
    const { loop } = relay(10_000);
    try {
      await publish(1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await waitingCount()).toBe(1);
    } finally {
      await loop.stop();
    }
  });
});
