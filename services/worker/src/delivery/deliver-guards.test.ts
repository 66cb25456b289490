import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, takeBacklog, type TakenDelivery } from '@switchboard/db';
import { flowOf, makeDelivery, recordedNumbers, stateOf } from '@switchboard/db/testing';
import { startReceiver, type Receiver, type ReceivedPost } from '@switchboard/faults/receiver';
import { connectQueues, createProducer } from '@switchboard/queue';
import { until } from '@switchboard/queue/testing';
import { newUuid, toPublicId } from '@switchboard/shared';
import { createNotingLanes } from '../testing/noting-lanes.js';
import { jobOf, openBench, type Bench } from '../testing/bench.js';
import { startDatabaseProxy } from '../testing/database-proxy.js';
import { createDeliver } from './deliver.js';
import { createLoader } from './loader.js';

let bench: Bench;
let receiver: Receiver;

const { lanes, begun } = createNotingLanes();

beforeAll(async () => {
  bench = await openBench({}, lanes);
  receiver = await startReceiver();
});
afterEach(() => receiver.answerWith(() => ({ status: 200, body: 'ok' })));
afterAll(async () => {
  await receiver.stop();
  await bench.close();
});

const postsOf = (delivery: { event_id: string }): ReceivedPost[] =>
  receiver.posts.filter((post) => post.headers['webhook-id'] === toPublicId('event', delivery.event_id));

const setEndpoint = (id: string, change: string) =>
  bench.test.database.query({ text: `UPDATE webhook_endpoints SET ${change} WHERE id = $1`, values: [id] });

describe('a job that comes late', () => {
  it('makes no POST where its attempt was made already', async () => {
    const owed = await bench.owe({ url: receiver.url });
    await bench.deliver(jobOf(owed));
    await bench.deliver(jobOf(owed));
    expect(postsOf(owed)).toHaveLength(1);
    expect(await recordedNumbers(bench.test.database, owed.delivery_id)).toEqual([1]);
  });

  it('makes no POST where its attempt is not the next one', async () => {
    const owed = await bench.owe({ url: receiver.url });
    await bench.deliver(jobOf(owed, 2));
    expect(postsOf(owed)).toEqual([]);
  });

  it('makes no POST for a delivery that does not exist', async () => {
    const before = receiver.posts.length;
    const unknown = { delivery_id: newUuid(), event_id: newUuid(), endpoint_id: newUuid() };
    await bench.deliver(jobOf(unknown));
    expect(receiver.posts).toHaveLength(before);
  });

  it('makes no second POST while the first run of it is still under way in this process', async () => {
    const release: (() => void)[] = [];
    receiver.answerWith(() => new Promise((resolve) => release.push(() => resolve({ status: 200 }))));
    const owed = await bench.owe({ url: receiver.url });
    const first = bench.deliver(jobOf(owed));
    await until('the POST is out', () => release.length === 1);
    await bench.deliver(jobOf(owed));
    release.forEach((answer) => answer());
    await first;
    expect(postsOf(owed)).toHaveLength(1);
  });

  it('posts once more at most, and is recorded once, where another process runs it at the same moment', async () => {
    const release: (() => void)[] = [];
    receiver.answerWith(() => new Promise((resolve) => release.push(() => resolve({ status: 200 }))));
    const owed = await bench.owe({ url: receiver.url });
    const elsewhere = createDeliver({ ...bench.deps, loader: createLoader(bench.test.database) });
    const runs = [bench.deliver(jobOf(owed)), elsewhere(jobOf(owed))];
    await until('both POSTs are out', () => release.length === 2);
    release.forEach((answer) => answer());
    await Promise.all(runs);

    expect(postsOf(owed)).toHaveLength(2);
    expect(await recordedNumbers(bench.test.database, owed.delivery_id)).toEqual([1]);
    const lines = bench.logLines.filter((line) => line.delivery_id === toPublicId('delivery', owed.delivery_id));
    expect(lines.map((line) => line.superseded ?? false).sort()).toEqual([false, true]);
  });
});

describe('an endpoint that is gone', () => {
  it.each([
    { change: 'deleted_at = now()', reason: 'endpoint_deleted' },
    { change: 'enabled = false', reason: 'endpoint_disabled' },
    { change: 'enabled = false, deleted_at = now()', reason: 'endpoint_deleted' },
  ])('has what is owed to it cancelled without a POST: $reason', async ({ change, reason }) => {
    const owed = await bench.owe({ url: receiver.url });
    await setEndpoint(owed.endpoint_id, change);
    await bench.deliver(jobOf(owed));
    expect(postsOf(owed)).toEqual([]);
    expect(await stateOf(bench.test.database, owed)).toMatchObject({
      status: 'cancelled',
      cancel_reason: reason,
      attempt_count: 0,
      next_attempt_at: null,
    });
  });
});

describe('what is no fault of the receiver', () => {
  it('spends no attempt: a database that is away leaves the delivery as it was', async () => {
    const proxy = await startDatabaseProxy(bench.test.url);
    const database = createDatabase({ url: proxy.url, poolSize: 2, applicationName: 'switchboard-test-proxied' });
    const deliver = createDeliver({ ...bench.deps, loader: createLoader(database) });
    const owed = await bench.owe({ url: receiver.url });
    proxy.cut();
    await expect(deliver(jobOf(owed))).rejects.toThrow();
    expect(postsOf(owed)).toEqual([]);
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'pending', attempt_count: 0 });
    await database.close();
    await proxy.stop();
  });

  it('spends no attempt: a secret that cannot be decrypted leaves the delivery as it was', async () => {
    const owed = await bench.owe({ url: receiver.url });
    await setEndpoint(owed.endpoint_id, `secret_sealed = '\\x00'`);
    await expect(bench.deliver(jobOf(owed))).rejects.toThrow();
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'pending', attempt_count: 0 });
  });

  it('keeps a recorded failure where the queue takes no retry: PostgreSQL says when it is due', async () => {
    receiver.answerWith(() => ({ status: 500 }));
    const owed = await bench.owe({ url: receiver.url });
    const queues = connectQueues({ redisUrl: 'redis://127.0.0.1:1', databaseUrl: '', prefix: 'down' }, () => undefined);
    const deliver = createDeliver({ ...bench.deps, producer: createProducer(queues) });
    await deliver(jobOf(owed));
    const state = await stateOf(bench.test.database, owed);
    expect(state).toMatchObject({ status: 'pending', attempt_count: 1 });
    expect(state.next_attempt_at).not.toBeNull();
    await queues.close();
  });
});

describe('a busy endpoint', () => {
  it('has its job sent away without a POST, is noted to have a backlog, and gets the delivery when a place is free', async () => {
    const release: (() => void)[] = [];
    receiver.answerWith(() => new Promise((resolve) => release.push(() => resolve({ status: 200 }))));
    const eventType = 'guards.busy';
    const first = await bench.owe({ url: receiver.url, eventType, max_in_flight: 1 });
    const { tenantId: tenant_id, test } = bench;
    const { endpoint_id } = first;
    await makeDelivery(test.database, { tenant_id, endpoint_id, event: { type: eventType } });
    const { taken } = await takeBacklog(test.database, new Map([[endpoint_id, 2]]), 60_000);
    const second = taken.find(({ event_id }) => event_id !== first.event_id) as TakenDelivery;

    const running = bench.deliver(jobOf(first));
    await until('the first POST is out', () => release.length === 1);
    await bench.deliver(jobOf(second));
    expect(postsOf(second)).toEqual([]);
    await until('it is noted', async () => (await flowOf(test.database, endpoint_id))?.has_backlog);

    release.forEach((answer) => answer());
    await running;
    await until('the second is begun', () =>
      Promise.resolve(begun.some((one) => one.delivery_id === second.delivery_id)),
    );
    expect(await stateOf(test.database, second)).toMatchObject({ status: 'pending', attempt_count: 0 });
  });
});
