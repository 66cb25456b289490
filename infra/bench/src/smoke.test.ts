import { describeWithRedis } from '@switchboard/faults/testing/redis-here';
import { expect, it } from '@jest/globals';
import { ALL_SCENARIOS } from './scenarios/all-scenarios.js';
import { SMOKE_CONTEXT } from './testing/smoke.js';
import { measureYardsticks } from './yardsticks/yardsticks.js';

/** Starting and ending a whole stack, and coming to rest. Says nothing of how long anything takes. */
const SCENARIO_LIMIT_MS = 90_000;

describeWithRedis('every scenario of the benchmark', () => {
  it.each(ALL_SCENARIOS.filter(({ name }) => name !== 'api'))(
    '$name loses nothing and delivers nothing twice',
    async (scenario) => {
      const { counts, violations, figures } = await scenario.run(SMOKE_CONTEXT);
      expect(violations).toEqual([]);
      const accepted = counts?.accepted ?? 0;
      expect(accepted).toBeGreaterThan(0);
      expect(counts).toEqual({
        accepted,
        arrived: accepted,
        duplicates: 0,
        succeeded: accepted,
        not_succeeded: 0,
        attempts: accepted,
      });
      expect(figures.length).toBeGreaterThan(0);
    },
    SCENARIO_LIMIT_MS,
  );

  it(
    'api is answered 200 every time',
    async () => {
      const api = ALL_SCENARIOS.find(({ name }) => name === 'api');
      const outcome = await api?.run(SMOKE_CONTEXT);
      expect(outcome?.violations).toEqual([]);
      expect(outcome?.figures.filter(({ unit }) => unit === '/s').every(({ value }) => value > 0)).toBe(true);
    },
    SCENARIO_LIMIT_MS,
  );

  it(
    'is held against yardsticks that really ran',
    async () => {
      const yardsticks = await measureYardsticks(SMOKE_CONTEXT.servers, { seconds: 0.2, jobs: 200, endpoints: 3 });
      expect(Object.entries(yardsticks).filter(([, value]) => !(value > 0))).toEqual([]);
    },
    SCENARIO_LIMIT_MS,
  );
});
