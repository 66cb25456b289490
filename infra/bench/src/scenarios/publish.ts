import { figure, partRatios, ratio } from './figures.js';
import { publishSteadily } from './publishing.js';
import type { BenchContext, Outcome, Ratio, Scenario } from './scenario.js';
import { measureOnStack } from './with-stack.js';

interface SteadyScenario {
  name: string;
  fanOut: number;
  batch: number;
  callers: number;
  goalPerSecond: number;
  ratioOf(rate: number, context: BenchContext): Ratio;
}

/** Half of the machine publishes, so that half of the raw loop is what would be left for the other half at best. */
const toHalfOfPosts = (rate: number, { yardsticks }: BenchContext, goal?: { at_least: number }) =>
  ratio('raw POST loop / 2', rate, yardsticks.raw_posts_per_second / 2, goal);

async function run(context: BenchContext, scenario: SteadyScenario): Promise<Outcome> {
  const { name, batch, callers, fanOut } = scenario;
  const { seconds, warm_up_seconds } = context.sizes;
  return measureOnStack(context, name, { fanOut }, async (stack) => {
    await stack.startWorkers(context.workers);
    context.say(`publishing for ${warm_up_seconds + seconds} s`);
    const steady = await publishSteadily(stack, { batch, callers, seconds, warm_up_seconds });
    const rate = steady.deliveries_per_second;
    const ratios = [scenario.ratioOf(rate, context), ...partRatios(rate, context.yardsticks)];
    return {
      figures: [
        figure('deliveries', rate, '/s', { goal: { at_least: scenario.goalPerSecond }, ratios }),
        figure('API p99 of a publishing call', steady.load.took.p99_ms, 'ms'),
      ],
      published: [steady.published],
      settings: { workers: context.workers, events_per_request: batch, callers },
    };
  });
}

export const PUBLISH: Scenario = {
  name: 'publish',
  about: 'platform API, batches of 100, each event for one endpoint, steady state',
  run: (context) =>
    run(context, {
      name: 'publish',
      fanOut: 1,
      batch: 100,
      callers: 4,
      goalPerSecond: 3_500,
      ratioOf: (rate) => toHalfOfPosts(rate, context, { at_least: 0.45 }),
    }),
};

export const PUBLISH_SINGLE: Scenario = {
  name: 'publish-single',
  about: 'the same with one event a request, 64 callers',
  run: (context) =>
    run(context, {
      name: 'publish-single',
      fanOut: 1,
      batch: 1,
      callers: 64,
      goalPerSecond: 2_500,
      ratioOf: (rate) => toHalfOfPosts(rate, context),
    }),
};

export const FANOUT_5: Scenario = {
  name: 'fanout-5',
  about: 'batches of 100, each event for five endpoints',
  run: (context) =>
    run(context, {
      name: 'fanout-5',
      fanOut: 5,
      batch: 100,
      callers: 4,
      goalPerSecond: 5_000,
      ratioOf: (rate) => ratio('raw POST loop', rate, context.yardsticks.raw_posts_per_second),
    }),
};
