import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { insertTenant, recordedNumbers } from '@switchboard/db/testing';
import { startReceiver, type Receiver } from '@switchboard/faults/receiver';
import { createProducer, type Producer } from '@switchboard/queue';
import { describeOnBackends, until } from '@switchboard/queue/testing';
import { toPublicId } from '@switchboard/shared';
import { Webhook } from 'standardwebhooks';
import { insertSealedEndpoint } from './testing/endpoints.js';
import { publish, startTestWorker, tallyOf, untilEnded, type WorkerUnderTest } from './testing/running-worker.js';

describeOnBackends('a worker', (queues) => {
  let producer: Producer;
  let tenantId: string;
  let receiver: Receiver;
  const running: WorkerUnderTest[] = [];

  beforeAll(async () => {
    producer = createProducer(queues.connect());
    await until('the queue is connected', () => producer.isReady());
    tenantId = await insertTenant(queues.database.database);
    receiver = await startReceiver();
  });
  afterEach(async () => {
    for (const { worker } of running.splice(0)) await worker.stop();
    receiver.answerWith(() => ({ status: 200 }));
  });
  afterAll(async () => {
    await producer.close();
    await receiver.stop();
  });

  function start(env?: Record<string, string>): WorkerUnderTest {
    const worker = startTestWorker(queues, env);
    running.push(worker);
    return worker;
  }

  const endpointFor = (type: string, url = receiver.url) =>
    insertSealedEndpoint(queues.database.database, { tenant_id: tenantId, event_types: [type], url });
  const postsOf = (eventId: string) =>
    receiver.posts.filter((post) => post.headers['webhook-id'] === toPublicId('event', eventId));

  it('brings a published event to every subscribed receiver, signed, once, and says so in one line', async () => {
    const endpoints = [await endpointFor('flow.one'), await endpointFor('flow.*')];
    const { logLines } = start();
    const [eventId = ''] = await publish(queues, producer, [
      { tenant_id: tenantId, type: 'flow.one', data_json: '{"who":"Zoë"}', request_id: 'req-42' },
    ]);

    expect(await untilEnded(queues, [eventId], 2)).toEqual({ pending: 0, succeeded: 2, dead: 0, cancelled: 0 });
    const posts = postsOf(eventId);
    expect(posts).toHaveLength(2);
    for (const post of posts) {
      const body = post.body.toString('utf8');
      const verifiedBy = endpoints.filter(({ secret }) => verifies(secret, body, post.headers));
      expect(verifiedBy).toHaveLength(1);
      expect(JSON.parse(body)).toMatchObject({ event: 'flow.one', data: { who: 'Zoë' } });
    }
    const lines = logLines.filter((line) => line.msg === 'attempt');
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.request_id === 'req-42' && line.status === 'succeeded')).toBe(true);
  });

  it('finds by itself an event of which the queue was never told', async () => {
    await endpointFor('untold.one');
    const { logText } = start();
    const [eventId = ''] = await publish(queues, null, [{ tenant_id: tenantId, type: 'untold.one' }]);
    expect(await untilEnded(queues, [eventId], 1)).toMatchObject({ succeeded: 1 });
    expect(logText()).toContain('relay fanned out events that the queue had missed');
  });

  it('tries again until the receiver takes it, with the same bytes each time', async () => {
    await endpointFor('retry.one');
    receiver.answerWith((post) => ({ status: Number(post.headers['x-switchboard-attempt']) < 4 ? 503 : 204 }));
    start();
    const [eventId = ''] = await publish(queues, producer, [{ tenant_id: tenantId, type: 'retry.one' }]);
    expect(await untilEnded(queues, [eventId], 1)).toMatchObject({ succeeded: 1 });
    const posts = postsOf(eventId);
    expect(posts.map((post) => post.headers['x-switchboard-attempt'])).toEqual(['1', '2', '3', '4']);
    expect(new Set(posts.map((post) => post.body.toString('base64'))).size).toBe(1);
  });

  it('gives up after the last attempt, and the delivery stays visible as dead', async () => {
    await endpointFor('dead.one');
    receiver.answerWith(() => ({ status: 500 }));
    start({ MAX_ATTEMPTS: '3' });
    const [eventId = ''] = await publish(queues, producer, [{ tenant_id: tenantId, type: 'dead.one' }]);
    expect(await untilEnded(queues, [eventId], 1)).toEqual({ pending: 0, succeeded: 0, dead: 1, cancelled: 0 });
    expect(postsOf(eventId)).toHaveLength(3);
  });

  it('shares the work with others: three workers, and every attempt is made once', async () => {
    await endpointFor('shared.one');
    await endpointFor('shared.*');
    for (let i = 0; i < 3; i += 1) start();
    const ids: string[] = [];
    for (let batch = 0; batch < 5; batch += 1) {
      ids.push(
        ...(await publish(
          queues,
          producer,
          Array.from({ length: 20 }, () => ({ tenant_id: tenantId, type: 'shared.one' })),
        )),
      );
    }
    expect(await untilEnded(queues, ids, 200, 30_000)).toEqual({ pending: 0, succeeded: 200, dead: 0, cancelled: 0 });
    const posts = ids.flatMap(postsOf);
    expect(posts.every((post) => post.headers['x-switchboard-attempt'] === '1')).toBe(true);
    expect(new Set(posts.map((post) => post.headers['x-switchboard-delivery'])).size).toBe(posts.length);
    expect(posts).toHaveLength(200);
  });

  it('cancels what is owed to an endpoint that was deleted meanwhile, also when a retry is due', async () => {
    const endpoint = await endpointFor('gone.one');
    receiver.answerWith(() => ({ status: 500 }));
    start({ RETRY_SCHEDULE: '1s' });
    const [eventId = ''] = await publish(queues, producer, [{ tenant_id: tenantId, type: 'gone.one' }]);
    await until('the first attempt failed', () => postsOf(eventId).length === 1);
    await queues.database.database.query({
      text: 'UPDATE webhook_endpoints SET deleted_at = now() WHERE id = $1',
      values: [endpoint.id],
    });
    expect(await untilEnded(queues, [eventId], 1)).toMatchObject({ cancelled: 1 });
    expect(postsOf(eventId)).toHaveLength(1);
  });

  it('finishes the attempts in flight when it stops, takes no more, and leaves the rest to another worker', async () => {
    await endpointFor('stop.one');
    receiver.answerWith(async () => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return { status: 200 };
    });
    const { worker } = start({ DELIVERY_CONCURRENCY: '2', ENDPOINT_CONCURRENCY: '2' });
    const ids = await publish(
      queues,
      producer,
      Array.from({ length: 8 }, () => ({ tenant_id: tenantId, type: 'stop.one' })),
    );
    await until('two are in flight', () => receiver.inHandCount() === 2);
    const before = receiver.posts.length;
    await worker.stop();
    running.pop();

    const stopped = await tallyOf(queues, ids);
    expect(receiver.inHandCount()).toBe(0);
    // Whatever was begun is recorded, and not a single POST more was made than is recorded.
    expect(stopped.succeeded).toBe(ids.flatMap(postsOf).length);
    expect(receiver.posts.length - before).toBeLessThanOrEqual(2);
    expect(stopped.pending).toBeGreaterThan(0);

    start();
    await untilEnded(queues, ids, 8);
    for (const id of ids) expect(postsOf(id)).toHaveLength(1);
    const [delivery] = await queues.database.database.query<{ id: string }>({
      text: 'SELECT id FROM deliveries WHERE event_id = $1',
      values: [ids[0]],
    });
    expect(await recordedNumbers(queues.database.database, delivery?.id ?? '')).toEqual([1]);
  });
});

function verifies(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
