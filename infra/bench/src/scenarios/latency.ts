import { figure, ratio } from './figures.js';
import { publishedBy, publishEvenly, publishSteadily } from './publishing.js';
import type { Scenario } from './scenario.js';
import { measureOnStack } from './with-stack.js';

const EVENTS_PER_SECOND = 200;
const WARM_UP_CALLERS = 16;

export const LATENCY: Scenario = {
  name: 'latency',
  about: '200 single events a second, from the event’s own millisecond to the receiver',
  run: (context) =>
    measureOnStack(context, 'latency', {}, async (stack) => {
      const { sizes, yardsticks, workers } = context;
      await stack.startWorkers(workers);
      // As many events as a server has seen after some seconds at full speed: at this rate alone, the code of all
      // processes would not be compiled within the warm-up, and its time would be measured.
      const seconds = sizes.warm_up_seconds;
      const fast = await publishSteadily(stack, { batch: 1, callers: WARM_UP_CALLERS, seconds, warm_up_seconds: 0 });
      const warmUp = await publishEvenly(stack, { per_second: EVENTS_PER_SECOND, seconds });
      await stack.sink.call('mark', undefined);
      context.say(`publishing ${EVENTS_PER_SECOND} events a second for ${sizes.seconds} s`);
      const load = await publishEvenly(stack, { per_second: EVENTS_PER_SECOND, seconds: sizes.seconds });
      const { latency } = (await stack.sink.call('read', undefined)).since_mark;
      const toRawPost = (value: number) => [ratio('raw POST alone, p50', value, yardsticks.raw_post_p50_ms)];
      return {
        figures: [
          figure('p50', latency.p50_ms, 'ms', { goal: { at_most: 10 }, ratios: toRawPost(latency.p50_ms) }),
          figure('p99', latency.p99_ms, 'ms', { goal: { at_most: 50 }, ratios: toRawPost(latency.p99_ms) }),
          figure('slowest', latency.max_ms, 'ms'),
          figure('API p99 of a publishing call', load.took.p99_ms, 'ms'),
        ],
        published: [fast.published, publishedBy(warmUp), publishedBy(load)],
        settings: { workers, events_per_second: EVENTS_PER_SECOND },
      };
    }),
};
