import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordAttempts, writeHealthChanges } from '@switchboard/db';
import { aFailedAttempt, makeDelivery, stateOf, uuidAt, type MadeDelivery } from '@switchboard/db/testing';
import { connectQueues, createProducer } from '@switchboard/queue';
import { until } from '@switchboard/queue/testing';
import { openBench, type Bench } from '../testing/bench.js';
import { insertSealedEndpoint } from '../testing/endpoints.js';
import { createTestLog } from '../testing/log.js';
import { createOnGone, startAutoDisable } from './auto-disable.js';

const FIVE_DAYS_MS = 5 * 86_400_000;
const URL = 'https://hooks.example.com/in?token=hunter2';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

let types = 0;

/** An endpoint with failed deliveries whose next attempts are due in that time. */
async function anEndpoint({ deliveryCount, failingMs = 0, dueInMs = 60_000 }: EndpointOptions) {
  const { database } = bench.test;
  const type = `disable.made_${(types += 1)}`;
  const { id } = await insertSealedEndpoint(database, { tenant_id: bench.tenantId, event_types: [type], url: URL });
  const since = new Date(Date.now() - failingMs);
  const deliveries: MadeDelivery[] = [];
  for (let made = 0; made < deliveryCount; made += 1) {
    const event = { type, id: uuidAt(since.getTime() + made) };
    deliveries.push(await makeDelivery(database, { tenant_id: bench.tenantId, endpoint_id: id, event }));
  }
  await recordAttempts(
    database,
    deliveries.map((delivery) => ({ ...aFailedAttempt(delivery, 1, dueInMs), started_at: since })),
  );
  if (failingMs > 0) await writeHealthChanges(database, [{ endpoint_id: id, failing_since: since }]);
  return { id, deliveries };
}

interface EndpointOptions {
  deliveryCount: number;
  failingMs?: number;
  dueInMs?: number;
}

async function reasonOf(id: string): Promise<string | null> {
  const [row] = await bench.test.database.query<{ disabled_reason: string | null }>({
    text: 'SELECT disabled_reason FROM webhook_endpoints WHERE id = $1 AND NOT enabled',
    values: [id],
  });
  return row?.disabled_reason ?? null;
}

/** The ids of the events that were announced to the queue. */
async function announced(): Promise<unknown[]> {
  return (await bench.queuedJobs()).flatMap((job) => (job.data.event_ids as unknown[] | undefined) ?? []);
}

async function disablings(): Promise<string[]> {
  const rows = await bench.test.database.query<{ id: string }>({
    text: `SELECT id FROM events WHERE type = 'webhook_endpoint.disabled' ORDER BY id`,
    values: [],
  });
  return rows.map((row) => row.id);
}

const deps = () => ({ database: bench.test.database, producer: bench.producer, log: createTestLog().log });

describe('auto-disable', () => {
  it('disables an endpoint that has failed for so long, announces it once, and leaves the others alone', async () => {
    const failing = await anEndpoint({ deliveryCount: 20, failingMs: FIVE_DAYS_MS + 60_000 });
    const fresh = await anEndpoint({ deliveryCount: 20, failingMs: FIVE_DAYS_MS - 60_000 });
    const quiet = await anEndpoint({ deliveryCount: 19, failingMs: FIVE_DAYS_MS + 60_000 });
    const before = (await disablings()).length;
    const loops = [1, 2, 3].map(() => startAutoDisable({ ...deps(), failingForMs: FIVE_DAYS_MS, intervalMs: 20 }));
    await until('it is disabled', async () => (await reasonOf(failing.id)) === 'failing');
    await Promise.all(loops.map((loop) => loop.stop()));
    expect([await reasonOf(fresh.id), await reasonOf(quiet.id)]).toEqual([null, null]);
    const events = await disablings();
    expect(events).toHaveLength(before + 1);
    expect(await announced()).toEqual(expect.arrayContaining(events.slice(before)));
  });

  it('disables while the queue is down: the event stands in the outbox for the relay', async () => {
    const failing = await anEndpoint({ deliveryCount: 20, failingMs: FIVE_DAYS_MS + 60_000 });
    const down = connectQueues({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: 'down' }, () => undefined);
    const loop = startAutoDisable({ ...deps(), producer: createProducer(down), failingForMs: FIVE_DAYS_MS });
    await until('it is disabled', async () => (await reasonOf(failing.id)) === 'failing');
    await loop.stop();
    await down.close();
    const [waiting] = await bench.test.database.query<{ count: number }>({
      text: `SELECT count(*) FROM outbox WHERE type = 'webhook_endpoint.disabled'`,
      values: [],
    });
    expect(waiting?.count).toBeGreaterThan(0);
  });
});

describe('an endpoint that answers 410', () => {
  it('is disabled and announced, and what is due later is cancelled; what may be under way is left to end', async () => {
    const later = await anEndpoint({ deliveryCount: 3, dueInMs: 60_000 });
    const [due] = (await anEndpoint({ deliveryCount: 1, dueInMs: 0 })).deliveries as [MadeDelivery];
    const onGone = createOnGone(deps());
    for (const endpoint_id of [later.id, due.endpoint_id]) await onGone({ endpoint_id, url: URL });
    expect([await reasonOf(later.id), await reasonOf(due.endpoint_id)]).toEqual(['gone', 'gone']);
    for (const delivery of later.deliveries) {
      expect(await stateOf(bench.test.database, delivery)).toMatchObject({
        status: 'cancelled',
        cancel_reason: 'endpoint_disabled',
      });
    }
    expect(await stateOf(bench.test.database, due)).toMatchObject({ status: 'pending' });
    expect(await announced()).toEqual(expect.arrayContaining((await disablings()).slice(-2)));
  });

  it('is disabled once, though ten attempts under way are answered so', async () => {
    const { id } = await anEndpoint({ deliveryCount: 1 });
    const before = (await disablings()).length;
    const onGone = createOnGone(deps());
    await Promise.all(Array.from({ length: 10 }, () => onGone({ endpoint_id: id, url: URL })));
    expect(await disablings()).toHaveLength(before + 1);
  });

  it('is left as it is where its owner has given it another URL meanwhile', async () => {
    const { id, deliveries } = await anEndpoint({ deliveryCount: 1 });
    await createOnGone(deps())({ endpoint_id: id, url: 'https://hooks.example.com/old' });
    expect(await reasonOf(id)).toBeNull();
    const [delivery] = deliveries as [MadeDelivery];
    expect(await stateOf(bench.test.database, delivery)).toMatchObject({ status: 'pending' });
  });

  it('never fails the attempt: without a database it is only logged, and the URL is not', async () => {
    const { log, lines, text } = createTestLog();
    const database = { ...bench.test.database, transaction: () => Promise.reject(new Error('down')) };
    const { id } = await anEndpoint({ deliveryCount: 1 });
    await createOnGone({ ...deps(), database, log })({ endpoint_id: id, url: URL });
    expect(lines).toMatchObject([{ level: 'warn', endpoint_id: expect.stringMatching(/^whe_/) }]);
    expect(text()).not.toContain('hunter2');
  });
});
