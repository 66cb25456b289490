import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { newUuid, type DeliveryJob, type JobOf } from '@switchboard/shared';
import { startConsumer, type Consumer, type ConsumerOptions } from './consumer.js';
import { createProducer, type DeliveryJobToAdd, type Producer } from './producer.js';
import { describeOnBackends, until } from './testing/index.js';

describeOnBackends('queues', (queues) => {
  let producer: Producer;
  const consumers: Consumer[] = [];

  beforeAll(async () => {
    producer = createProducer(queues.connect());
    await until('the queue is connected', () => producer.isReady());
  });
  afterEach(async () => {
    for (const consumer of consumers.splice(0)) await consumer.close(1_000);
  });

  const aJob = (fields: Partial<DeliveryJobToAdd> = {}): DeliveryJobToAdd => ({
    delivery_id: newUuid(),
    event_id: newUuid(),
    endpoint_id: newUuid(),
    attempt: 1,
    delay_ms: 0,
    ...fields,
  });

  function consume(
    process: ConsumerOptions<'deliveries'>['process'],
    options: Partial<ConsumerOptions<'deliveries'>> = {},
  ): Consumer {
    const consumer = startConsumer(queues.connect(), {
      queue: 'deliveries',
      concurrency: 5,
      process,
      onError: () => undefined,
      ...options,
    });
    consumers.push(consumer);
    return consumer;
  }

  /** A consumer that notes the ids of the jobs it was given. */
  function collect(): { consumer: Consumer; seen: string[] } {
    const seen: string[] = [];
    const consumer = consume((job) => {
      seen.push(job.delivery_id);
      return Promise.resolve();
    });
    return { consumer, seen };
  }

  /** Lets a consumer that is still running take what a test has added once too often, so that the next test meets none of it. */
  const untilNothingWaits = () => until('nothing waits', async () => (await producer.waitingCount('deliveries')) === 0);

  it('carry a job to a consumer as it was added', async () => {
    const jobs: DeliveryJob[] = [];
    const { delay_ms: _delay, ...job } = aJob({ attempt: 3 });
    await producer.addDeliveries('deliveries', [{ ...job, delay_ms: 0 }]);
    consume((given) => {
      jobs.push(given);
      return Promise.resolve();
    });
    await until('the job came', () => jobs.length > 0);
    expect(jobs).toEqual([job]);
  });

  it('carry a job’s grant to its consumer', async () => {
    const granted: DeliveryJob['granted'][] = [];
    const job = aJob();
    await producer.addDeliveries('deliveries', [{ ...job, granted: 'turn' }]);
    consume(({ delivery_id, granted: grant }) => {
      if (delivery_id === job.delivery_id) granted.push(grant);
      return Promise.resolve();
    });
    await until('the job came', () => granted.length > 0);
    expect(granted).toEqual(['turn']);
  });

  it('carry events in one job', async () => {
    const given: JobOf<'events'>[] = [];
    const ids = [newUuid(), newUuid()];
    const consumer = startConsumer(queues.connect(), {
      queue: 'events',
      concurrency: 1,
      process: (job) => {
        given.push(job);
        return Promise.resolve();
      },
      onError: () => undefined,
    });
    consumers.push(consumer);
    await producer.addEvents(ids);
    await until('the job came', () => given.length > 0);
    expect(given).toEqual([{ event_ids: ids }]);
  });

  it('keep one job per delivery and attempt, however often it is added while it waits', async () => {
    const job = aJob();
    const before = await producer.waitingCount('deliveries');
    for (let i = 0; i < 3; i += 1) await producer.addDeliveries('deliveries', [job, job]);
    await producer.addDeliveries('deliveries', [{ ...job, attempt: 2 }]);
    expect(await producer.waitingCount('deliveries')).toBe(before + 2);

    const { seen } = collect();
    const marker = aJob();
    await producer.addDeliveries('deliveries', [marker]);
    await until('the queue is empty', () => seen.includes(marker.delivery_id));
    expect(seen.filter((id) => id === job.delivery_id)).toHaveLength(2);
  });

  it('pass over a job that is being worked on at this moment', async () => {
    const job = aJob();
    let runs = 0;
    let finish: () => void = () => undefined;
    consume(async ({ delivery_id }) => {
      if (delivery_id !== job.delivery_id) return;
      runs += 1;
      await new Promise<void>((resolve) => (finish = resolve));
    });
    await producer.addDeliveries('deliveries', [job]);
    await until('the job runs', () => runs === 1);
    await producer.addDeliveries('deliveries', [job]);
    expect(await producer.waitingCount('deliveries')).toBe(0);
    finish();
  });

  it('forget a finished job at once: the same id can be added and runs again', async () => {
    const job = aJob();
    const { seen } = collect();
    for (let round = 1; round <= 5; round += 1) {
      await until(`round ${round} ran`, async () => {
        await producer.addDeliveries('deliveries', [job]);
        return seen.length >= round;
      });
    }
    expect(new Set(seen)).toEqual(new Set([job.delivery_id]));
    await untilNothingWaits();
  });

  it('report a job whose process throws, and forget it at once: the same id can be added and runs again', async () => {
    const job = aJob();
    const errors: unknown[] = [];
    consume(() => Promise.reject(new Error(`boom ${errors.length}`)), {
      onError: (error, failed) => errors.push([(error as Error).message, failed]),
    });
    await until('it was reported three times', async () => {
      await producer.addDeliveries('deliveries', [job]);
      return errors.length >= 3;
    });
    const { delay_ms: _delay, ...ids } = job;
    expect(errors.slice(0, 2)).toEqual([
      ['boom 0', ids],
      ['boom 1', ids],
    ]);
    await untilNothingWaits();
  });

  it('report a process that throws before its first await like any other', async () => {
    const errors: unknown[] = [];
    consume(
      () => {
        throw new Error('at once');
      },
      { onError: (error) => errors.push((error as Error).message) },
    );
    await producer.addDeliveries('deliveries', [aJob()]);
    await until('it was reported', () => errors.length > 0);
    expect(errors).toEqual(['at once']);
  });

  it('forget at once also what BullMQ itself calls failed', async () => {
    const job = aJob();
    let failures = 0;
    // Without our consumer, which lets no process fail, and with a worker that keeps what the job's own options let it keep.
    const worker = queues
      .connect()
      .openWorker('deliveries', () => Promise.reject(new Error(`failure ${(failures += 1)}`)), {});
    await until('it failed twice', async () => {
      await producer.addDeliveries('deliveries', [job]);
      return failures >= 2;
    });
    await untilNothingWaits();
    await worker.close();
  });

  it('drop a job that does not fit its contract, with a report', async () => {
    const errors: [unknown, unknown][] = [];
    const queue = queues.connect().openQueue('deliveries');
    await queue.add('attempt', { delivery_id: 'nonsense' }, { removeOnComplete: true, removeOnFail: true });
    await queue.close();
    let processed = 0;
    consume(
      () => {
        processed += 1;
        return Promise.resolve();
      },
      { onError: (error, job) => errors.push([error, job]) },
    );
    await until('it was reported', () => errors.length > 0);
    expect(errors).toEqual([[expect.objectContaining({ name: 'ZodError' }), null]]);
    expect(processed).toBe(0);
    expect(await producer.waitingCount('deliveries')).toBe(0);
  });

  it('hold a job back for its delay', async () => {
    const { seen } = collect();
    const job = aJob({ delay_ms: 300 });
    const addedAt = performance.now();
    await producer.addDeliveries('deliveries', [job]);
    await until('it came', () => seen.includes(job.delivery_id));
    expect(performance.now() - addedAt).toBeGreaterThanOrEqual(295);
  });

  it('keep first attempts and retries in lanes of their own', async () => {
    await producer.addDeliveries('retries', [aJob({ attempt: 2 }), aJob({ attempt: 2 })]);
    expect(await producer.waitingCount('retries')).toBe(2);
    expect(await producer.waitingCount('deliveries')).toBe(0);
  });

  it('let a consumer work on as many jobs at once as it was told, and no more', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    consume(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 30));
      running -= 1;
      done += 1;
    });
    await producer.addDeliveries(
      'deliveries',
      Array.from({ length: 25 }, () => aJob()),
    );
    await until('all ran', () => done === 25);
    expect(most).toBe(5);
  });

  it('let a closing consumer finish what it has in hand, and take nothing more', async () => {
    const begun: string[] = [];
    const finished: string[] = [];
    const consumer = consume(
      async (job) => {
        begun.push(job.delivery_id);
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished.push(job.delivery_id);
      },
      { concurrency: 1 },
    );
    const [first, second] = [aJob(), aJob()];
    await producer.addDeliveries('deliveries', [first]);
    await until('the first runs', () => begun.length === 1);
    await producer.addDeliveries('deliveries', [second]);
    await consumer.close(10_000);
    expect(finished).toEqual([first.delivery_id]);
    expect(await producer.waitingCount('deliveries')).toBe(1);

    const { seen } = collect();
    await until('another takes the second', () => seen.length > 0);
    expect(seen).toEqual([second.delivery_id]);
  });

  it('close in bounded time while a job hangs, and hand that job to another consumer', async () => {
    const job = aJob();
    let hung = false;
    let release: () => void = () => undefined;
    const hanging = consume(async () => {
      hung = true;
      await new Promise<void>((resolve) => (release = resolve));
    });
    await producer.addDeliveries('deliveries', [job]);
    await until('the job hangs', () => hung);

    const closingFrom = performance.now();
    await hanging.close(200);
    expect(performance.now() - closingFrom).toBeLessThan(3_000);

    const { seen } = collect();
    await until('another consumer gets it', () => seen.includes(job.delivery_id));
    release();
  });
});
