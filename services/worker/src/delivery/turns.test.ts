import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { closeBreaker, openBreaker, type DeliveryKey } from '@switchboard/db';
import { stateOf } from '@switchboard/db/testing';
import { startReceiver, type Receiver } from '@switchboard/faults/receiver';
import { toPublicId, type DeliveryJob } from '@switchboard/shared';
import { jobOf, openBench, type Bench } from '../testing/bench.js';
import { createNotingFeeder } from '../testing/noting-feeder.js';
import { createDeliver } from './deliver.js';
import { createEndpointGate, type EndpointGate } from './endpoint-gate.js';

let bench: Bench;
let receiver: Receiver;

beforeAll(async () => {
  bench = await openBench();
  receiver = await startReceiver();
});
afterEach(() => receiver.answerWith(() => ({ status: 200 })));
afterAll(async () => {
  await receiver.stop();
  await bench.close();
});

const postCount = (delivery: { event_id: string }) =>
  receiver.posts.filter((post) => post.headers['webhook-id'] === toPublicId('event', delivery.event_id)).length;

const jobKeyOf = ({ event_id, endpoint_id }: DeliveryKey) => ({ event_id, endpoint_id });
const beginRun = (delivery: { event_id: string }, change: string) =>
  bench.test.database.query({
    text: `UPDATE deliveries SET ${change} WHERE event_id = $1`,
    values: [delivery.event_id],
  });

describe('a job of an endpoint that takes its deliveries in turn', () => {
  it.each([
    { what: 'in order', rules: { ordering: 'fifo' }, asks: 'next' },
    { what: 'limited in rate', rules: { rate_limit_per_second: 5 }, asks: 'pace' },
    { what: 'limited in rate and in order', rules: { rate_limit_per_second: 5, ordering: 'fifo' }, asks: 'pace' },
  ] as const)('makes no POST without the turn, and one with it: $what', async ({ rules, asks }) => {
    const { feeder, asked } = createNotingFeeder();
    const deliver = createDeliver({ ...bench.deps, feeder });
    const owed = await bench.owe({ url: receiver.url, ...rules });
    await deliver(jobOf(owed));
    expect(postCount(owed)).toBe(0);
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'pending', attempt_count: 0 });
    expect(asked).toEqual([[asks, owed.endpoint_id]]);

    await deliver({ ...jobOf(owed), granted: 'turn' });
    expect(postCount(owed)).toBe(1);
  });

  it('gives the delivery back where all places are taken, and makes no backlog of it', async () => {
    const { feeder, asked } = createNotingFeeder();
    const gate = createEndpointGate(() => 0);
    const owed = await bench.owe({ url: receiver.url, rate_limit_per_second: 5, max_in_flight: 1 });
    await beginRun(owed, `queued_until = now() + interval '1 minute'`);
    await gate.enter(owed.endpoint_id, 1);
    await createDeliver({ ...bench.deps, feeder, gate })({ ...jobOf(owed), granted: 'turn' });
    expect(asked).toEqual([['giveBack', expect.objectContaining(jobKeyOf(owed))]]);
    expect(postCount(owed)).toBe(0);
  });

  it('lets the next in order have its turn where it finds the endpoint closed', async () => {
    const { feeder, asked } = createNotingFeeder();
    const owed = await bench.owe({ url: receiver.url, ordering: 'fifo' });
    await bench.test.database.query({
      text: 'UPDATE webhook_endpoints SET enabled = false WHERE id = $1',
      values: [owed.endpoint_id],
    });
    await createDeliver({ ...bench.deps, feeder })({ ...jobOf(owed), granted: 'turn' });
    expect(asked).toEqual([['next', owed.endpoint_id]]);
    expect(postCount(owed)).toBe(0);
  });
});

describe('a job of an endpoint whose breaker is open', () => {
  it.each([{}, { granted: 'turn' }] as Partial<DeliveryJob>[])(
    'makes no POST, whatever was granted: %j',
    async (grant) => {
      const { feeder, asked } = createNotingFeeder();
      const owed = await bench.owe({ url: receiver.url });
      await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
      await createDeliver({ ...bench.deps, feeder })({ ...jobOf(owed), ...grant });
      expect(postCount(owed)).toBe(0);
      expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'pending', attempt_count: 0 });
      // Free for the probe.
      expect(asked).toEqual([['giveBack', expect.objectContaining(jobKeyOf(owed))]]);
    },
  );

  it('leaves the claim of a probe alone, which may be making its POST', async () => {
    const { feeder, asked } = createNotingFeeder();
    const owed = await bench.owe({ url: receiver.url });
    await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
    await beginRun(owed, `queued_until = now() + interval '35 seconds'`);
    await createDeliver({ ...bench.deps, feeder })(jobOf(owed));
    expect([postCount(owed), asked]).toEqual([0, []]);
  });

  it.each([{}, { ordering: 'fifo' }, { rate_limit_per_second: 5 }] as const)(
    'makes its POST as the probe: %j',
    async (rules) => {
      const owed = await bench.owe({ url: receiver.url, ...rules });
      await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
      await bench.deliver({ ...jobOf(owed), granted: 'probe' });
      expect(postCount(owed)).toBe(1);
    },
  );

  it('makes its POST as the probe also where the breaker has been closed meanwhile', async () => {
    const owed = await bench.owe({ url: receiver.url, ordering: 'fifo' });
    await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
    await closeBreaker(bench.test.database, owed.endpoint_id);
    await bench.deliver({ ...jobOf(owed), granted: 'probe' });
    expect(postCount(owed)).toBe(1);
  });
});

describe('a job whose turn was granted', () => {
  it.each(['turn', 'probe'] as const)(
    'waits for a run that was loaded without the %s, which is sent away: the turn would be lost with it',
    async (granted) => {
      const owed = await bench.owe({ url: receiver.url, ordering: 'fifo' });
      if (granted === 'probe') await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
      const deliver = createDeliver(bench.deps);
      await Promise.all([deliver(jobOf(owed)), deliver({ ...jobOf(owed), granted })]);
      expect(postCount(owed)).toBe(1);
    },
  );

  it('makes no second POST where the run that it waited for made one', async () => {
    const owed = await bench.owe({ url: receiver.url });
    const deliver = createDeliver(bench.deps);
    await Promise.all([deliver(jobOf(owed)), deliver({ ...jobOf(owed), granted: 'turn' })]);
    expect(postCount(owed)).toBe(1);
  });
});

describe('a probe of which no attempt comes', () => {
  const probe = async (job: DeliveryJob, gate: EndpointGate = createEndpointGate()) => {
    const { feeder, asked } = createNotingFeeder();
    await createDeliver({ ...bench.deps, feeder, gate })({ ...job, granted: 'probe' });
    return asked;
  };

  it('is given back where its endpoint has no place free: what was under way when the breaker opened may hang', async () => {
    const owed = await bench.owe({ url: receiver.url, max_in_flight: 1 });
    await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
    const gate = createEndpointGate();
    await gate.enter(owed.endpoint_id, 1);
    expect(await probe(jobOf(owed), gate)).toContainEqual(['giveProbeBack', owed.endpoint_id]);
    expect(postCount(owed)).toBe(0);
  });

  it('is given back where the delivery is no longer owed', async () => {
    const owed = await bench.owe({ url: receiver.url });
    await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
    expect(await probe({ ...jobOf(owed), attempt: 2 })).toEqual([['giveProbeBack', owed.endpoint_id]]);
    expect(postCount(owed)).toBe(0);
  });
});

describe('a test', () => {
  it.each([{}, { ordering: 'fifo' }, { rate_limit_per_second: 5 }, { max_attempts: 5 }] as const)(
    'is one attempt, without waiting for a turn: %j',
    async (rules) => {
      receiver.answerWith(() => ({ status: 500 }));
      const owed = await bench.owe({ url: receiver.url, ...rules });
      await beginRun(owed, `run_trigger = 'test'`);
      await bench.deliver(jobOf(owed));
      expect(postCount(owed)).toBe(1);
      expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'dead', attempt_count: 1 });
    },
  );

  it('is made with an open breaker too', async () => {
    const owed = await bench.owe({ url: receiver.url });
    await openBreaker(bench.test.database, owed.endpoint_id, 60_000);
    await beginRun(owed, `run_trigger = 'test'`);
    await bench.deliver(jobOf(owed));
    expect(postCount(owed)).toBe(1);
  });
});

describe('a replay', () => {
  it('has the whole retry budget again, while the numbers of its attempts go on rising', async () => {
    receiver.answerWith(() => ({ status: 500 }));
    const owed = await bench.owe({ url: receiver.url, max_attempts: 2 });
    await beginRun(owed, `run_trigger = 'replay', attempt_count = 2, attempts_before_run = 2`);
    await bench.deliver(jobOf(owed, 3));
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'pending', attempt_count: 3 });
    await bench.deliver(jobOf(owed, 4));
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'dead', attempt_count: 4 });
    const attempts = await bench.test.database.query({
      text: 'SELECT number, trigger FROM attempts WHERE delivery_id = $1 ORDER BY number',
      values: [owed.delivery_id],
    });
    expect(attempts).toEqual([
      { number: 3, trigger: 'replay' },
      { number: 4, trigger: 'replay' },
    ]);
  });

  it('begins with the first pause of the schedule again', async () => {
    receiver.answerWith(() => ({ status: 500 }));
    const owed = await bench.owe({ url: receiver.url });
    await beginRun(owed, `run_trigger = 'replay', attempt_count = 2, attempts_before_run = 2`);
    await bench.deliver(jobOf(owed, 3));
    // The schedule is 1 s, 60 s.
    expect((await stateOf(bench.test.database, owed)).due_in_ms).toBeLessThanOrEqual(1_200);
  });
});
