import { residentMb } from '../measuring/memory.js';
import { startSampler } from '../measuring/sampler.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { insertOldEvents } from '../stack/old-events.js';
import { drain, waitForArrivals } from './draining.js';
import { figure, ratio } from './figures.js';
import { publishAll, publishSteadily, type Published } from './publishing.js';
import type { BenchContext, Figure, Scenario } from './scenario.js';
import { measureOnStack } from './with-stack.js';

const AS_FAST = { at_least: 0.8 };
const AS_SMALL = { at_most: 1.2 };

export const MILLION: Scenario = {
  name: 'million',
  about: 'publish and drain with empty tables, and again with a million events and two million deliveries in them',
  run: (context) =>
    measureOnStack(context, 'million', {}, async (stack) => {
      const { old_events } = context.sizes;
      context.say('with empty tables');
      const empty = await measureBoth(context, stack);
      context.say(`making ${old_events} events with two deliveries each`);
      await insertOldEvents(stack, old_events);
      context.say('with full tables');
      const full = await measureBoth(context, stack);
      return {
        figures: figuresOf(empty, full),
        published: [...empty.published, ...full.published],
        settings: { workers: context.workers, old_events },
      };
    }),
};

interface Both {
  publish: number;
  drain: number;
  apiMb: number;
  workerMb: number;
  published: Published[];
}

async function measureBoth(context: BenchContext, stack: BenchStack): Promise<Both> {
  const { sizes, workers } = context;
  await stack.startWorkers(workers);
  const worker = stack.workerPids()[0] ?? 0;
  const api = startSampler(() => residentMb(stack.apiPid));
  const working = startSampler(() => residentMb(worker));
  const before = await stack.sink.call('count', undefined);
  const steady = await publishSteadily(stack, { batch: 100, callers: 4, ...sizes });
  const [apiMb, workerMb] = await Promise.all([api.stop(), working.stop()]);
  // What is left over would be drained along with what comes next.
  await waitForArrivals(stack, before + steady.published.events * stack.fanOut);
  await stack.stopWorkers();
  const waiting = await publishAll(stack, sizes.drain_deliveries);
  const drained = await drain(stack, { deliveries: waiting.events, workers: 1 });
  await stack.stopWorkers();
  return {
    publish: steady.deliveries_per_second,
    drain: drained,
    apiMb: apiMb.late,
    workerMb: workerMb.late,
    published: [steady.published, waiting],
  };
}

function figuresOf(empty: Both, full: Both): Figure[] {
  const held = (name: string, unit: string, pick: (both: Both) => number, goal: typeof AS_FAST | typeof AS_SMALL) => [
    figure(`${name}, empty tables`, pick(empty), unit),
    figure(`${name}, full tables`, pick(full), unit, {
      ratios: [ratio('empty tables', pick(full), pick(empty), goal)],
    }),
  ];
  return [
    ...held('publish', '/s', ({ publish }) => publish, AS_FAST),
    ...held('drain', '/s', ({ drain }) => drain, AS_FAST),
    ...held('API memory', 'MB', ({ apiMb }) => apiMb, AS_SMALL),
    ...held('worker memory', 'MB', ({ workerMb }) => workerMb, AS_SMALL),
  ];
}
