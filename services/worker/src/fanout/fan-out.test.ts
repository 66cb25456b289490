import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertEvents } from '@switchboard/db';
import { anEvent, insertEndpoint, stateOf } from '@switchboard/db/testing';
import { connectQueues, createProducer } from '@switchboard/queue';
import { openBench, type Bench } from '../testing/bench.js';
import { createTestLog } from '../testing/log.js';
import { createFanOut, type FanOutDeps } from './fan-out.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

function fanOutWith(fields: Partial<FanOutDeps> = {}) {
  return createFanOut({
    database: bench.test.database,
    producer: bench.producer,
    log: createTestLog().log,
    onFannedOut: () => undefined,
    ...fields,
  });
}

async function publish(type: string): Promise<string> {
  const event = anEvent({ tenant_id: bench.tenantId, type });
  await insertEvents(bench.test.database, [event]);
  return event.id;
}

describe('the fan-out of a worker', () => {
  it('enqueues the first attempt of every delivery it has made, on the lane of first attempts', async () => {
    const endpoints = [
      await insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['fan.one'] }),
      await insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['fan.one'] }),
    ];
    const counts: number[][] = [];
    const eventId = await publish('fan.one');
    await fanOutWith({ onFannedOut: (...both) => counts.push(both) }).events([eventId]);
    const jobs = (await bench.queuedJobs()).filter((job) => job.data.event_id === eventId);
    expect(jobs.map((job) => job.queue)).toEqual(['deliveries', 'deliveries']);
    expect(jobs.map((job) => job.data.endpoint_id).sort()).toEqual(endpoints.sort());
    expect(jobs.every((job) => job.data.attempt === 1)).toBe(true);
    expect(counts).toEqual([[1, 2]]);
  });

  it('enqueues nothing a second time', async () => {
    await insertEndpoint(bench.test.database, { tenant_id: bench.tenantId, event_types: ['fan.two'] });
    const eventId = await publish('fan.two');
    await fanOutWith().events([eventId]);
    await bench.test.database.query({ text: 'DELETE FROM bullmq.job', values: [] });
    await fanOutWith().events([eventId]);
    expect(await bench.queuedJobs()).toEqual([]);
  });

  it('keeps the deliveries where the queue takes no jobs: they are due at once, for the sweeper', async () => {
    const endpointId = await insertEndpoint(bench.test.database, {
      tenant_id: bench.tenantId,
      event_types: ['fan.three'],
    });
    const eventId = await publish('fan.three');
    const down = connectQueues({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: 'down' }, () => undefined);
    await fanOutWith({ producer: createProducer(down) }).events([eventId]);
    const state = await stateOf(bench.test.database, { event_id: eventId, endpoint_id: endpointId });
    expect(state).toMatchObject({ status: 'pending', attempt_count: 0 });
    expect(state.due_in_ms).toBeLessThanOrEqual(0);
    await down.close();
  });
});
