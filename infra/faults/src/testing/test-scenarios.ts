import { expect, it } from '@jest/globals';
import { createTestDatabase } from '@switchboard/db/testing';
import { runScenario, type Scenario } from '../scenario.js';
import { describeWithRedis } from './redis-here.js';

/** Starting and ending a whole stack, the longest fault (20 s), and coming to rest. */
const SCENARIO_LIMIT_MS = 90_000;

export function testScenarios(title: string, scenarios: readonly Scenario[]): void {
  describeWithRedis(title, () => {
    it.each(scenarios)(
      '$name',
      async (scenario) => {
        const test = await createTestDatabase();
        try {
          const report = await runScenario(scenario, test.url);
          expect(report).toMatchObject({ violations: [] });
          expect(report.posts).toBeGreaterThan(0);
        } finally {
          await test.drop();
        }
      },
      SCENARIO_LIMIT_MS,
    );
  });
}
