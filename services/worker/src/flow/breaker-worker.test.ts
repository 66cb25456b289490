import { expect, it } from '@jest/globals';
import { describeOnBackends, until } from '@switchboard/queue/testing';
import { tallyOf, untilEnded } from '../testing/running-worker.js';
import { workerSuite } from '../testing/worker-suite.js';

describeOnBackends('the breaker of an endpoint', (queues) => {
  const suite = workerSuite(queues);
  const pauseOf = async (endpointId: string) => {
    const [row] = await queues.database.database.query<{ pause_ms: number | null }>({
      text: 'SELECT pause_ms FROM endpoint_flow WHERE endpoint_id = $1',
      values: [endpointId],
    });
    return row?.pause_ms ?? null;
  };

  it('opens while the receiver is dead, so that it costs probes and not attempts, and lets all through when it is back', async () => {
    const receiver = await suite.receiver();
    receiver.answerWith(() => ({ status: 503 }));
    const { id } = await suite.endpoint('breaker.dead', receiver.url);
    suite.start({ BREAKER_PAUSE: '400ms', RETRY_SCHEDULE: '60s' });
    suite.start({ BREAKER_PAUSE: '400ms', RETRY_SCHEDULE: '60s' });
    const ids = await suite.publish('breaker.dead', 300);
    await until('the pause has doubled twice', async () => ((await pauseOf(id)) ?? 0) >= 1_600);
    // Ten failures for each worker's own judgement, what was in flight then, and a few probes: not 300.
    expect(receiver.posts.length).toBeLessThan(80);
    const attempted = receiver.posts.length;

    receiver.answerWith(() => ({ status: 200 }));
    await until('the others are delivered', async () => (await tallyOf(queues, ids)).succeeded >= 300 - attempted);
    expect(await pauseOf(id)).toBeNull();
  });

  it('opens after five timeouts in a row, and holds nobody else up', async () => {
    const [hanging, healthy] = [await suite.receiver(), await suite.receiver()];
    hanging.answerWith(() => new Promise(() => undefined));
    const { id } = await suite.endpoint('breaker.hangs', hanging.url, { max_in_flight: 5, timeout_ms: 1_000 });
    await suite.endpoint('breaker.healthy', healthy.url);
    suite.start({ BREAKER_PAUSE: '60s', RETRY_SCHEDULE: '10s' });
    await suite.publish('breaker.hangs', 100);
    await until('it is open', async () => (await pauseOf(id)) !== null);
    expect(hanging.posts.length).toBeLessThanOrEqual(15);
    const ids = await suite.publish('breaker.healthy', 20);
    expect(await untilEnded(queues, ids, 20)).toMatchObject({ succeeded: 20 });
  });

  it('keeps the order of a fifo endpoint: the head is the probe', async () => {
    const receiver = await suite.receiver();
    receiver.answerWith(() => ({ status: 500 }));
    const { id } = await suite.endpoint('breaker.order', receiver.url, { ordering: 'fifo', max_attempts: 20 });
    suite.start({ BREAKER_PAUSE: '200ms', RETRY_SCHEDULE: '20ms' });
    const ids = await suite.publish('breaker.order', 5);
    await until('it is open', async () => (await pauseOf(id)) !== null);
    receiver.answerWith(() => ({ status: 200 }));
    await untilEnded(queues, ids, 5);
    const order = receiver.posts.map((post) => (JSON.parse(post.body.toString()) as { data: { n: number } }).data.n);
    expect(order.filter((n) => n > 0)).toEqual([1, 2, 3, 4]);
    expect(await tallyOf(queues, ids)).toMatchObject({ succeeded: 5 });
  });
});
