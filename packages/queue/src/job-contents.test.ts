import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { deliveryJobId, newUuid } from '@switchboard/shared';
import { Redis } from 'ioredis';
import { createProducer, type Producer } from './producer.js';
import { describeOnBackends, until, type QueuesUnderTest } from './testing/index.js';

interface RawJob {
  id: string;
  data: Record<string, unknown>;
  opts: Record<string, unknown>;
}

/** The jobs of a queue as they lie in the server, read past BullMQ. */
async function rawJobs(queues: QueuesUnderTest, queue: string): Promise<RawJob[]> {
  if (queues.backend === 'postgres') {
    return queues.database.database.query<RawJob>({
      text: 'SELECT id, data, opts FROM bullmq.job WHERE queue = $1',
      values: [queue],
    });
  }
  const redis = new Redis(queues.settings.redisUrl ?? '');
  try {
    const start = `${queues.settings.prefix}:${queue}:`;
    const ids = await redis.lrange(`${start}wait`, 0, -1);
    const hashes = await Promise.all(ids.map((id) => redis.hgetall(start + id)));
    return hashes.map((hash, index) => ({
      id: ids[index] ?? '',
      data: JSON.parse(hash.data ?? '') as Record<string, unknown>,
      opts: JSON.parse(hash.opts ?? '') as Record<string, unknown>,
    }));
  } finally {
    redis.disconnect();
  }
}

describeOnBackends('a job as it lies in the queue', (queues) => {
  let producer: Producer;

  beforeAll(async () => {
    producer = createProducer(queues.connect());
    await until('the queue is connected', () => producer.isReady());
  });
  afterAll(() => producer.close());

  it('holds ids only, under an id made of the delivery and the attempt', async () => {
    const job = { delivery_id: newUuid(), event_id: newUuid(), endpoint_id: newUuid(), attempt: 4 };
    await producer.addDeliveries('retries', [{ ...job, delay_ms: 0 }]);
    const [raw] = await rawJobs(queues, 'delivery-retries');
    expect(raw?.data).toEqual(job);
    expect(raw?.id).toBe(`${job.delivery_id}-4`);
    expect(raw?.id).toBe(deliveryJobId(job));
    // BullMQ must neither retry it nor keep it.
    expect(raw?.opts).toMatchObject({ removeOnComplete: true, removeOnFail: true });
    expect(raw?.opts.attempts ?? 1).toBeLessThanOrEqual(1);
  });

  it('has an id of its own where it was granted, so that one without the grant does not swallow it', async () => {
    const job = { delivery_id: newUuid(), event_id: newUuid(), endpoint_id: newUuid(), attempt: 2 };
    await producer.addDeliveries('retries', [
      { ...job, delay_ms: 0 },
      { ...job, granted: 'turn', delay_ms: 0 },
      { ...job, granted: 'probe', delay_ms: 0 },
      { ...job, granted: 'probe', delay_ms: 0 },
    ]);
    const raw = (await rawJobs(queues, 'delivery-retries')).filter(({ data }) => data.delivery_id === job.delivery_id);
    expect(raw.map(({ id, data }) => [id, data.granted]).sort()).toEqual([
      [`${job.delivery_id}-2`, undefined],
      [`${job.delivery_id}-2-probe`, 'probe'],
      [`${job.delivery_id}-2-turn`, 'turn'],
    ]);
  });

  it('holds the ids of many events and nothing of what happened', async () => {
    const ids = [newUuid(), newUuid(), newUuid()];
    await producer.addEvents(ids);
    expect((await rawJobs(queues, 'events')).map((raw) => raw.data)).toEqual([{ event_ids: ids }]);
  });
});
