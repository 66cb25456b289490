import { setTimeout as delay } from 'node:timers/promises';
import { startSampler } from '../measuring/sampler.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { listSpec, seededTenantKey } from './api.js';
import { drain } from './draining.js';
import { figure, ratio } from './figures.js';
import { makeOutage, OUTAGE_WORKER } from './outage.js';
import { describeFailures, publishAll } from './publishing.js';
import type { BenchContext, Scenario } from './scenario.js';
import { measureOnStack, type Measured } from './with-stack.js';

/** Somebody else's traffic, which must not suffer. */
const ASKED_PER_SECOND = 100;
const LOAD_LIMIT_MS = 15 * 60_000;

export const RETRY_STORM: Scenario = {
  name: 'retry-storm',
  about: '100,000 deliveries are due at once after an outage, while the API is asked 100 times a second',
  run: (context) =>
    measureOnStack(context, 'retry-storm', { worker: OUTAGE_WORKER }, (stack) => measure(context, stack)),
};

async function measure(context: BenchContext, stack: BenchStack): Promise<Measured> {
  const { sizes, workers } = context;
  const key = await seededTenantKey(stack, { tenants: 1, appointments: sizes.few_appointments });
  context.say('asking the API while nothing else happens');
  const calm = await whileAsking(stack, key, () => delay(sizes.seconds * 1_000));

  context.say(`draining ${sizes.drain_deliveries} first attempts, to compare with`);
  const ordinary = await publishAll(stack, sizes.drain_deliveries);
  const usual = await whileAsking(stack, key, () => drain(stack, { deliveries: ordinary.events, workers }));
  await stack.stopWorkers();

  context.say(`making an outage of ${sizes.storm_deliveries} deliveries`);
  const missed = await makeOutage(stack, { events: sizes.storm_deliveries, workers });
  context.say('the storm');
  const memory = startSampler(stack.redis.usedMemoryMb, 100);
  const storm = await whileAsking(stack, key, () => drain(stack, { deliveries: missed.events, workers }));
  const redis = await memory.stop();
  return {
    figures: figuresOf(context, { calm, usual, storm, redisPeakMb: redis.peak }),
    published: [ordinary, missed],
    violations: [calm, usual, storm].flatMap(({ failures }) => failures),
    settings: { workers, api_requests_per_second: ASKED_PER_SECOND },
  };
}

interface Phase<T> {
  result: T;
  p99_ms: number;
  failures: string[];
}

/** @param key of the tenant that asks */
async function whileAsking<T>(stack: BenchStack, key: string, work: () => Promise<T>): Promise<Phase<T>> {
  const asking = stack.load.call(
    'run',
    { ...listSpec(stack, key), pace: { kind: 'rate', per_second: ASKED_PER_SECOND } },
    LOAD_LIMIT_MS,
  );
  try {
    const result = await work();
    await stack.load.call('stop', undefined);
    const { took, failures } = await asking;
    return { result, p99_ms: took.p99_ms, failures: describeFailures(failures) };
  } catch (error) {
    asking.catch(() => undefined);
    throw error;
  }
}

function figuresOf(
  { earlier }: BenchContext,
  found: { calm: Phase<unknown>; usual: Phase<number>; storm: Phase<number>; redisPeakMb: number },
) {
  const { calm, usual, storm, redisPeakMb } = found;
  const drained = earlier.find(({ scenario }) => scenario === 'drain')?.figures[0]?.value;
  return [
    figure('deliveries', storm.result, '/s', {
      ratios: [
        ...(drained === undefined ? [] : [ratio('drain', storm.result, drained, { at_least: 0.7 })]),
        ratio('first attempts, same conditions', storm.result, usual.result, { at_least: 0.7 }),
      ],
    }),
    figure('first attempts, same conditions', usual.result, '/s'),
    figure('API p99 in the storm', storm.p99_ms, 'ms', {
      ratios: [
        ratio('API p99 while first attempts drain', storm.p99_ms, usual.p99_ms, { at_most: 2 }),
        ratio('API p99 while nothing happens', storm.p99_ms, calm.p99_ms),
      ],
    }),
    figure('API p99 while first attempts drain', usual.p99_ms, 'ms'),
    figure('API p99 while nothing happens', calm.p99_ms, 'ms'),
    figure('Redis at most', redisPeakMb, 'MB', { goal: { at_most: 200 } }),
  ];
}
