import { drain } from './draining.js';
import { figure, partRatios, ratio } from './figures.js';
import { publishAll } from './publishing.js';
import type { Scenario } from './scenario.js';
import { measureOnStack } from './with-stack.js';

export const DRAIN: Scenario = {
  name: 'drain',
  about: 'one worker starts on 50,000 deliveries that wait',
  run: (context) =>
    measureOnStack(context, 'drain', {}, async (stack) => {
      const { yardsticks } = context;
      context.say(`publishing ${context.sizes.drain_deliveries} events while no worker runs`);
      const published = await publishAll(stack, context.sizes.drain_deliveries);
      context.say('draining');
      const rate = await drain(stack, { deliveries: published.events, workers: 1 });
      const ratios = [
        ratio('raw POST loop', rate, yardsticks.raw_posts_per_second, { at_least: 0.35 }),
        ...partRatios(rate, yardsticks),
      ];
      return {
        figures: [figure('deliveries', rate, '/s', { goal: { at_least: 6_000 }, ratios })],
        published: [published],
        settings: { workers: 1 },
      };
    }),
};
