import { setTimeout as delay } from 'node:timers/promises';
import { startCpuMeter } from '../measuring/cpu.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { waitForArrivals } from './draining.js';
import { figure, ratio } from './figures.js';
import { publishAll, rateBetween, type Published } from './publishing.js';
import type { BenchContext, Bound, Figure, Scenario } from './scenario.js';
import { measureOnStack } from './with-stack.js';

const ANSWER_DELAY_MS = 50;
/**
 * Fewer attempts under way at once than the default, so that a worker waits for receivers and not for a core: with 100
 * places four workers would want 8,000 deliveries a second of two cores, and the figure would be that of the cores.
 */
const PLACES = 30;
const MOST_PER_WORKER = (PLACES * 1_000) / ANSWER_DELAY_MS;
/** Until the last of the workers is up, the first ones have begun already. */
const START_SECONDS = 6;

const STEPS: readonly { workers: number; goal?: Bound }[] = [
  { workers: 1 },
  { workers: 2, goal: { at_least: 1.8 } },
  { workers: 4, goal: { at_least: 3 } },
];

export const SCALE: Scenario = {
  name: 'scale',
  about: '1, 2 and 4 workers, receivers that take 50 ms',
  run: (context) =>
    measureOnStack(context, 'scale', { worker: { DELIVERY_CONCURRENCY: String(PLACES) } }, async (stack) => {
      await stack.sink.call('answerWith', { status: 200, delay_ms: ANSWER_DELAY_MS });
      const figures: Figure[] = [];
      const published: Published[] = [];
      for (const { workers, goal } of STEPS) {
        context.say(`${workers} workers`);
        const step = await measureStep(context, stack, workers);
        published.push(step.published);
        const base = figures[0]?.value ?? step.rate;
        const ratios = goal ? [ratio('1 worker', step.rate, base, goal)] : [];
        figures.push(figure(`deliveries, ${workers} workers`, step.rate, '/s', { ratios }));
        figures.push(figure(`idle share of the cores, ${workers} workers`, step.idleShare * 100, '%'));
      }
      return { figures, published, settings: { answer_delay_ms: ANSWER_DELAY_MS } };
    }),
};

async function measureStep({ sizes }: BenchContext, stack: BenchStack, workers: number) {
  const { seconds, warm_up_seconds } = sizes;
  const before = await stack.sink.call('count', undefined);
  const enough = Math.ceil(MOST_PER_WORKER * workers * (START_SECONDS * (seconds / 10) + warm_up_seconds + seconds));
  const published = await publishAll(stack, enough);
  await stack.startWorkers(workers);
  const [rate, idleShare] = await Promise.all([
    rateBetween(stack, { afterSeconds: warm_up_seconds, seconds }),
    idleBetween(warm_up_seconds, seconds),
  ]);
  await waitForArrivals(stack, before + published.events);
  await stack.stopWorkers();
  return { rate, idleShare, published };
}

async function idleBetween(afterSeconds: number, seconds: number): Promise<number> {
  await delay(afterSeconds * 1_000);
  const meter = startCpuMeter();
  await delay(seconds * 1_000);
  return meter.idleShare();
}
