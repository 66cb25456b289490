import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { insertTenant } from '@switchboard/db/testing';
import { startReceiver, type Receiver } from '@switchboard/faults/receiver';
import { createProducer, type Producer } from '@switchboard/queue';
import { describeOnBackends, until, type QueuesUnderTest } from '@switchboard/queue/testing';
import { Redis } from 'ioredis';
import { insertSealedEndpoint } from './testing/endpoints.js';
import { publish, startTestWorker, untilEnded } from './testing/running-worker.js';

const HUSH = 'hush-hush-hush';

/** Everything that lies in the queue's server for this suite, as text. */
async function contentsOf(queues: QueuesUnderTest): Promise<string> {
  if (queues.backend === 'postgres') {
    const rows = await queues.database.database.query<{ text: string }>({
      text: 'SELECT j::text AS text FROM bullmq.job j UNION ALL SELECT e::text FROM bullmq.event e',
      values: [],
    });
    return rows.map((row) => row.text).join('\n');
  }
  const redis = new Redis(queues.settings.redisUrl ?? '');
  try {
    const texts: string[] = [];
    for (const key of await redis.keys(`${queues.settings.prefix}:*`))
      texts.push(key, JSON.stringify(await valueOf(redis, key)));
    return texts.join('\n');
  } finally {
    redis.disconnect();
  }
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'zset':
      return redis.zrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'set':
      return redis.smembers(key);
    case 'string':
      return redis.get(key);
    default:
      return null;
  }
}

describeOnBackends('what queue and log get to see', (queues) => {
  let producer: Producer;
  let receiver: Receiver;

  beforeAll(async () => {
    producer = createProducer(queues.connect());
    await until('the queue is connected', () => producer.isReady());
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await producer.close();
    await receiver.stop();
  });

  it('holds no payload, no secret, no custom header and no query string, before, during and after the attempts', async () => {
    const tenantId = await insertTenant(queues.database.database);
    const endpoint = await insertSealedEndpoint(queues.database.database, {
      tenant_id: tenantId,
      event_types: ['secret.kept'],
      url: `${receiver.url}?token=${HUSH}`,
      headers: { Authorization: `Bearer ${HUSH}` },
    });
    const release: (() => void)[] = [];
    receiver.answerWith((post) => {
      if (post.headers['x-switchboard-attempt'] === '1') return { status: 500, body: HUSH };
      return new Promise((resolve) => release.push(() => resolve({ status: 200, body: HUSH })));
    });
    const contents: string[] = [];
    const ids = await publish(queues, producer, [
      { tenant_id: tenantId, type: 'secret.kept', data_json: `{"card":"${HUSH}"}` },
    ]);
    contents.push(await contentsOf(queues));
    const { worker, logText } = startTestWorker(queues);
    try {
      await until('the retry is under way', () => release.length > 0);
      contents.push(await contentsOf(queues));
      release.forEach((answer) => answer());
      await untilEnded(queues, ids, 1);
      contents.push(await contentsOf(queues));
    } finally {
      await worker.stop();
    }
    expect(receiver.posts.every((post) => post.path.includes(HUSH) && post.headers.authorization?.includes(HUSH))).toBe(
      true,
    );
    // Before the first attempt the event's id is there, and during the retry the delivery's: the look was not in vain.
    expect(contents[0]).toContain(ids[0]);
    expect(contents[1]).toContain(ids[0]);
    for (const text of [...contents, logText()]) {
      expect(text).not.toContain(HUSH);
      expect(text).not.toContain(endpoint.secret);
    }
  });
});
