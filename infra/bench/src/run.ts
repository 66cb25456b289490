import { describeForPerson } from '@switchboard/local/failure';
import { headerLine, scenarioLines, yardstickLines } from './report/table.js';
import type { ScenarioResult } from './report/results.js';
import type { BenchContext, Outcome, Scenario } from './scenarios/scenario.js';

export interface RunDeps extends Omit<BenchContext, 'earlier' | 'say'> {
  /** The table. */
  print(line: string): void;
  /** What is going on, for a person who waits. */
  tell(line: string): void;
}

/** Runs scenarios one after the other, each on a stack of its own, and prints their table as it grows. */
export async function runScenarios(scenarios: readonly Scenario[], deps: RunDeps): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  deps.print(headerLine());
  for (const line of yardstickLines(deps.yardsticks)) deps.print(line);
  for (const scenario of scenarios) {
    const result = await runOne(scenario, { ...deps, earlier: results }, deps.tell);
    results.push(result);
    for (const line of scenarioLines(result)) deps.print(line);
  }
  return results;
}

async function runOne(
  scenario: Scenario,
  context: Omit<BenchContext, 'say'>,
  tell: (line: string) => void,
): Promise<ScenarioResult> {
  const { name, about } = scenario;
  const startedAt = performance.now();
  const secondsSoFar = () => Math.round((performance.now() - startedAt) / 100) / 10;
  const say = (progress: string) => tell(`  ... ${name}, ${secondsSoFar()} s: ${progress}`);
  const outcome = await scenario.run({ ...context, say }).catch(
    // One that could not be measured is a violation; the others are measured all the same.
    (error: unknown): Outcome => ({ figures: [], violations: [describeForPerson(error)], settings: {} }),
  );
  return { scenario: name, about, ...outcome, took_seconds: secondsSoFar() };
}
