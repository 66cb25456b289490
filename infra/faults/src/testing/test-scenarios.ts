import { expect, it } from '@jest/globals';
import { createTestDatabase } from '@switchboard/db/testing';
import { runScenario, type Scenario } from '../scenario.js';
import { describeWithRedis } from './redis-here.js';

/** Starting and ending a whole stack, the fault, and coming to rest. */
const SCENARIO_LIMIT_MS = 90_000;

/** The short version of the fault suite: what takes long is left to `npm run faults`. */
export function testScenarios(title: string, scenarios: readonly Scenario[]): void {
  describeWithRedis(title, () => {
    it.each(scenarios.filter(({ isLong }) => !isLong))(
      '$name',
      async (scenario) => {
        const test = await createTestDatabase();
        try {
          const report = await runScenario(scenario, test.url);
          expect(report).toMatchObject({ lost: 0, violations: [] });
        } finally {
          await test.drop();
        }
      },
      SCENARIO_LIMIT_MS,
    );
  });
}
