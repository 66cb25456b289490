import { expect, it } from '@jest/globals';
import { describeOnBackends, until } from '@switchboard/queue/testing';
import { toPublicId } from '@switchboard/shared';
import { tallyOf, untilEnded } from '../testing/running-worker.js';
import { workerSuite } from '../testing/worker-suite.js';

describeOnBackends('an endpoint with ordering "fifo"', (queues) => {
  const suite = workerSuite(queues);
  const publicIds = (ids: string[]) => ids.map((id) => toPublicId('event', id));

  it('gets its events one by one in the order of commit, also with two workers', async () => {
    const receiver = await suite.receiver();
    let underWay = 0;
    let mostAtOnce = 0;
    receiver.answerWith(async () => {
      mostAtOnce = Math.max(mostAtOnce, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 3));
      underWay -= 1;
      return { status: 200 };
    });
    await suite.endpoint('order.many', receiver.url, { ordering: 'fifo' });
    suite.start();
    suite.start();
    const ids: string[] = [];
    for (let n = 0; n < 40; n += 1) ids.push(...(await suite.publish('order.many')));
    await untilEnded(queues, ids, ids.length);
    expect(receiver.posts.map((post) => post.headers['webhook-id'])).toEqual(publicIds(ids));
    expect(mostAtOnce).toBe(1);
  });

  it('has all wait while the head is tried again, and goes on when it is dead', async () => {
    const receiver = await suite.receiver();
    await suite.endpoint('order.stuck', receiver.url, { ordering: 'fifo', max_attempts: 3 });
    suite.start({ RETRY_SCHEDULE: '50ms' });
    receiver.answerWith(() => ({ status: 500 }));
    const [headId = ''] = await suite.publish('order.stuck');
    const head = toPublicId('event', headId);
    receiver.answerWith((post) => ({ status: post.headers['webhook-id'] === head ? 500 : 200 }));
    const rest = await suite.publish('order.stuck', 3);
    await untilEnded(queues, [headId, ...rest], 4);
    expect(await tallyOf(queues, [headId])).toMatchObject({ dead: 1 });
    const posted = receiver.posts.map((post) => post.headers['webhook-id']);
    expect(posted.slice(-3)).toEqual(publicIds(rest));
    expect(posted.slice(0, -3).every((id) => id === head)).toBe(true);
  });

  it('is not held up by an event that was rolled back, nor by the events of others', async () => {
    const receiver = await suite.receiver();
    const other = await suite.receiver();
    await suite.endpoint('order.gap', receiver.url, { ordering: 'fifo' });
    await suite.endpoint('order.other', other.url);
    await queues.database.database.query({ text: `SELECT nextval('event_positions')`, values: [] });
    suite.start();
    const [ids, others] = [await suite.publish('order.gap', 5), await suite.publish('order.other', 5)];
    await untilEnded(queues, [...ids, ...others], 10);
    await until('all have come', () => receiver.posts.length === 5 && other.posts.length === 5);
  });
});
