import { expect, it } from '@jest/globals';
import type { Receiver } from '@switchboard/faults/receiver';
import { describeOnBackends, until } from '@switchboard/queue/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { untilEnded } from '../testing/running-worker.js';
import { workerSuite } from '../testing/worker-suite.js';

/** Answers after so long, and remembers the most it had in hand at once. */
function slowDown(receiver: Receiver, answerAfterMs: number): { most(): number } {
  let most = 0;
  receiver.answerWith(async () => {
    most = Math.max(most, receiver.inHandCount());
    await delay(answerAfterMs);
    return { status: 200 };
  });
  return { most: () => most };
}

/** It would bring what the feeder forgets; so it comes only after the test. */
const WITHOUT_SWEEPER = { SWEEP_INTERVAL: '60s' };

describeOnBackends('an endpoint with more to take than places', (queues) => {
  const suite = workerSuite(queues);
  const backlogOf = async (endpointId: string) => {
    const [row] = await queues.database.database.query<{ backlog_since: Date | null }>({
      text: 'SELECT backlog_since FROM endpoint_flow WHERE endpoint_id = $1',
      values: [endpointId],
    });
    return row?.backlog_since ?? null;
  };

  it('is fed as its places fall free: never more at once than max_in_flight, and none left over', async () => {
    const receiver = await suite.receiver();
    const seen = slowDown(receiver, 200);
    const { id } = await suite.endpoint('backlog.slow', receiver.url, { max_in_flight: 20 });
    suite.start(WITHOUT_SWEEPER);
    const ids = await suite.publish('backlog.slow', 400);
    await until('it has a backlog', async () => (await backlogOf(id)) !== null);
    expect(await untilEnded(queues, ids, 400, 30_000)).toMatchObject({ succeeded: 400 });
    expect(seen.most()).toBe(20);
    const attempts = receiver.posts.map(
      ({ headers }) => `${headers['webhook-id']} ${headers['x-switchboard-attempt']}`,
    );
    expect([attempts.length, new Set(attempts).size]).toEqual([400, 400]);
  });

  it('takes deliveries as they come again once the backlog is gone', async () => {
    const receiver = await suite.receiver();
    slowDown(receiver, 150);
    const { id } = await suite.endpoint('backlog.over', receiver.url, { max_in_flight: 5 });
    suite.start(WITHOUT_SWEEPER);
    const ids = await suite.publish('backlog.over', 60);
    await until('it has a backlog', async () => (await backlogOf(id)) !== null);
    await untilEnded(queues, ids, 60, 30_000);
    const [late = ''] = await suite.publish('backlog.over');
    await untilEnded(queues, [late], 1);
    await until('the backlog is over', async () => {
      await suite.publish('backlog.over');
      return (await backlogOf(id)) === null;
    });
  });
});
