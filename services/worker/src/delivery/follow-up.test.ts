import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  loadDeliveries,
  markBacklogs,
  openBreaker,
  type AttemptRecord,
  type DeliveryToAttempt,
  type Executor,
} from '@switchboard/db';
import { aFailedAttempt, anAttempt, flowOf } from '@switchboard/db/testing';
import { until } from '@switchboard/queue/testing';
import type { DeliveryJob } from '@switchboard/shared';
import { createBreaker } from '../flow/breaker.js';
import { jobOf, openBench, type Bench, type Owed } from '../testing/bench.js';
import { createNotingFeeder, type Asked } from '../testing/noting-feeder.js';
import { createEndpointGate } from './endpoint-gate.js';
import { createFollowUp, type FollowUpDeps } from './follow-up.js';

const MAX_PAUSE_MS = 60_000;

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const owe = (rules: Parameters<Bench['owe']>[0] | object = {}) => bench.owe({ url: 'http://127.0.0.1:9/', ...rules });
const flow = ({ endpoint_id }: Owed) => flowOf(bench.test.database, endpoint_id);

async function load(owed: Owed): Promise<DeliveryToAttempt> {
  const [delivery] = await loadDeliveries(bench.test.database, [owed]);
  if (!delivery) throw new Error('The delivery is gone.');
  return delivery;
}

/** What follows attempts of one endpoint, with a feeder that only notes what it is asked for. */
function aFollowUp(fields: Partial<FollowUpDeps> = {}, backlogs: string[] = []) {
  const { feeder, asked } = createNotingFeeder(backlogs);
  const breaker = createBreaker();
  const followUp = createFollowUp({ ...bench.deps, maxPauseMs: MAX_PAUSE_MS, feeder, breaker, ...fields });
  return {
    asked,
    async after(owed: Owed, record: AttemptRecord, job: Partial<DeliveryJob> = {}) {
      followUp({ delivery: await load(owed), job: { ...jobOf(owed), ...job }, record, moved: true });
    },
  };
}
const untilAsked = (asked: Asked[], call: Asked) =>
  until(`${call.join(' ')} was asked`, () =>
    Promise.resolve(asked.some((one) => JSON.stringify(one) === JSON.stringify(call))),
  );
const aTimeout = (owed: Owed): AttemptRecord => ({
  ...aFailedAttempt(owed, 1),
  status_code: null,
  error_code: 'timeout',
});

describe('an endpoint that keeps failing', () => {
  it('has its breaker opened after ten failures, with a warning that names it and nothing secret', async () => {
    const owed = await owe();
    const { after } = aFollowUp();
    for (let nth = 1; nth <= 9; nth += 1) await after(owed, aFailedAttempt(owed, 1));
    expect(await flow(owed)).toBeNull();
    await after(owed, aFailedAttempt(owed, 1));
    await until('it is open', async () => (await flow(owed))?.pause_ms === 10_000);
    await until('it is told', () =>
      Promise.resolve(bench.logLines.some(({ level, pause_ms }) => level === 'warn' && pause_ms === 10_000)),
    );
  });

  it('has its breaker opened after five timeouts in a row', async () => {
    const owed = await owe();
    const { after } = aFollowUp();
    for (let nth = 1; nth <= 5; nth += 1) await after(owed, aTimeout(owed));
    await until('it is open', async () => (await flow(owed))?.pause_ms === 10_000);
  });

  it('has those sent away that wait for a place: they were let in while it was closed', async () => {
    const owed = await owe({ max_in_flight: 1 });
    const gate = createEndpointGate();
    const { after } = aFollowUp({ gate });
    for (let nth = 1; nth <= 9; nth += 1) await after(owed, aFailedAttempt(owed, 1));
    const release = await gate.enter(owed.endpoint_id, 1);
    const waiting = gate.enter(owed.endpoint_id, 1);
    await after(owed, aFailedAttempt(owed, 1));
    release?.(1);
    expect(await waiting).toBeNull();
  });

  it('is judged anew after it was back: what failed while it was open counts no more', async () => {
    const owed = await owe();
    const breaker = createBreaker();
    const { after, asked } = aFollowUp({ breaker });
    for (let nth = 1; nth <= 9; nth += 1) breaker.observe(owed.endpoint_id, 'failed');
    await openBreaker(bench.test.database, owed.endpoint_id, 10_000);
    await after(owed, anAttempt(owed), { granted: 'probe' });
    await untilAsked(asked, ['feed', owed.endpoint_id, 10]);
    expect(breaker.observe(owed.endpoint_id, 'failed')).toBe(false);
  });
});

describe('a probe', () => {
  it('that fails doubles the pause, up to the longest', async () => {
    const owed = await owe();
    await markBacklogs(bench.test.database, [owed.endpoint_id]);
    await openBreaker(bench.test.database, owed.endpoint_id, 25_000);
    const { after, asked } = aFollowUp();
    for (const pause_ms of [50_000, MAX_PAUSE_MS, MAX_PAUSE_MS]) {
      await after(owed, aFailedAttempt(owed, 1), { granted: 'probe' });
      await until(`the pause is ${pause_ms}`, async () => (await flow(owed))?.pause_ms === pause_ms);
    }
    expect((await flow(owed))?.paused_for_ms).toBeGreaterThan(MAX_PAUSE_MS - 5_000);
    expect(asked).toEqual([]);
  });

  it.each([
    {
      rules: {},
      asked: (id: string): Asked[] => [
        ['hold', [id]],
        ['feed', id, 10],
      ],
    },
    {
      rules: { max_in_flight: 3 },
      asked: (id: string): Asked[] => [
        ['hold', [id]],
        ['feed', id, 3],
      ],
    },
    { rules: { ordering: 'fifo' as const }, asked: (id: string): Asked[] => [['next', id]] },
    { rules: { rate_limit_per_second: 5 }, asked: (id: string): Asked[] => [['pace', id]] },
  ])('that succeeds closes the breaker and lets the others in: $rules', async ({ rules, asked: expected }) => {
    const owed = await owe(rules);
    await openBreaker(bench.test.database, owed.endpoint_id, 10_000);
    const { after, asked } = aFollowUp();
    await after(owed, anAttempt(owed), { granted: 'probe' });
    await until('the others are let in', () => Promise.resolve(asked.length > 0));
    expect(asked).toEqual(expected(owed.endpoint_id));
    expect(await flow(owed)).toMatchObject({ pause_ms: null, has_backlog: true });
  });
});

describe('the retry of a probe', () => {
  it('is no probe: the grant is not passed on', async () => {
    const owed = await owe();
    await openBreaker(bench.test.database, owed.endpoint_id, 25_000);
    await aFollowUp().after(owed, aFailedAttempt(owed, 1, 10), { granted: 'probe' });
    const retryOf = async () => (await bench.queuedJobs()).find(({ data }) => data.delivery_id === owed.delivery_id);
    expect((await until('its retry is enqueued', retryOf)).data).toEqual(jobOf(owed, 2));
  });
});

describe('a test of an endpoint whose breaker is open', () => {
  it('that fails leaves the pause as it is: it says nothing new', async () => {
    const owed = await owe();
    await openBreaker(bench.test.database, owed.endpoint_id, 10_000);
    const statements: (string | undefined)[] = [];
    const { database } = bench.test;
    const noting: Executor = {
      ...database,
      query: (statement) => {
        statements.push(statement.name);
        return database.query(statement);
      },
    };
    const { after, asked } = aFollowUp({ database: noting });
    await after(owed, aFailedAttempt(owed, 1));
    expect({ statements, asked }).toEqual({ statements: [], asked: [] });
    await after(owed, aFailedAttempt(owed, 1), { granted: 'probe' });
    expect(statements).toEqual(['lengthen-pause']);
  });

  it('that succeeds closes it: the endpoint answers', async () => {
    const owed = await owe();
    await openBreaker(bench.test.database, owed.endpoint_id, 10_000);
    await aFollowUp().after(owed, anAttempt(owed));
    await until('it is closed', async () => (await flow(owed))?.pause_ms === null);
  });
});

describe('a place that has fallen free', () => {
  it('is filled where the endpoint has a backlog', async () => {
    const owed = await owe();
    await markBacklogs(bench.test.database, [owed.endpoint_id]);
    const { after, asked } = aFollowUp();
    await after(owed, anAttempt(owed));
    expect(asked).toEqual([['feed', owed.endpoint_id, 10]]);
  });

  it('is filled also where only this worker knows of the backlog yet, up to what the endpoint takes at once', async () => {
    const owed = await owe({ max_in_flight: 2 });
    const { after, asked } = aFollowUp({}, [owed.endpoint_id]);
    await after(owed, aFailedAttempt(owed, 1));
    expect(asked).toEqual([['feed', owed.endpoint_id, 2]]);
  });

  it('asks for nothing where nothing waits', async () => {
    const owed = await owe();
    const { after, asked } = aFollowUp();
    await after(owed, anAttempt(owed));
    expect(asked).toEqual([]);
  });
});

describe('a delivery in order', () => {
  it.each([anAttempt, (owed: Owed) => anAttempt(owed, { status: 'dead', status_code: 500 })])(
    'lets the next one have its turn when it has ended',
    async (record) => {
      const owed = await owe({ ordering: 'fifo' });
      const { after, asked } = aFollowUp();
      await after(owed, record(owed), { granted: 'turn' });
      expect(asked).toEqual([['next', owed.endpoint_id]]);
    },
  );

  it('keeps its turn until its retry, which is asked for when it is due', async () => {
    const owed = await owe({ ordering: 'fifo' });
    const { after, asked } = aFollowUp();
    const startedAt = performance.now();
    await after(owed, aFailedAttempt(owed, 1, 200), { granted: 'turn' });
    expect(asked).toEqual([]);
    await untilAsked(asked, ['next', owed.endpoint_id]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(199);
    const jobs = (await bench.queuedJobs()).filter(({ data }) => data.delivery_id === owed.delivery_id);
    expect(jobs).toEqual([]);
  });
});

describe('a delivery within a rate', () => {
  it('asks for the next one, and for its retry when that is due', async () => {
    const owed = await owe({ rate_limit_per_second: 5 });
    const { after, asked } = aFollowUp();
    await after(owed, aFailedAttempt(owed, 1, 50), { granted: 'turn' });
    expect(asked).toEqual([['pace', owed.endpoint_id]]);
    await until('it is asked again', () => Promise.resolve(asked.length === 2));
    expect(asked[1]).toEqual(['pace', owed.endpoint_id]);
  });
});

describe('an attempt that another run of it was recorded before', () => {
  it('has no retry of its own', async () => {
    const owed = await owe();
    const { feeder } = createNotingFeeder();
    const followUp = createFollowUp({ ...bench.deps, feeder });
    const delivery = await load(owed);
    followUp({ delivery, job: jobOf(owed), record: aFailedAttempt(owed, 1, 10), moved: false });
    const other = await owe();
    followUp({ delivery: await load(other), job: jobOf(other), record: aFailedAttempt(other, 1, 10), moved: true });
    const jobsOf = async ({ delivery_id }: Owed) =>
      (await bench.queuedJobs()).filter(({ data }) => data.delivery_id === delivery_id);
    await until('the other’s retry is enqueued', async () => (await jobsOf(other)).length === 1);
    expect(await jobsOf(owed)).toEqual([]);
  });
});
