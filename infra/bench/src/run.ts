import { describeForPerson } from '@switchboard/local/failure';
import { headerLine, scenarioLines, yardstickLines } from './report/table.js';
import type { ScenarioResult } from './report/results.js';
import type { BenchContext, Outcome, Scenario } from './scenarios/scenario.js';
import type { RawPosts } from './yardsticks/yardsticks.js';

export interface RunDeps extends Omit<BenchContext, 'earlier' | 'say'> {
  /** The raw POST loop once more: a shared machine is not as fast for one scenario as for the next. */
  measurePosts(): Promise<RawPosts>;
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
    const posts = await deps.measurePosts();
    const yardsticks = { ...deps.yardsticks, ...posts };
    const outcome = await runOne(scenario, { ...deps, yardsticks, earlier: results }, deps.tell);
    const result = { ...outcome, raw_posts_per_second: posts.raw_posts_per_second };
    results.push(result);
    for (const line of scenarioLines(result)) deps.print(line);
  }
  return results;
}

async function runOne(
  scenario: Scenario,
  context: Omit<BenchContext, 'say'>,
  tell: (line: string) => void,
): Promise<Omit<ScenarioResult, 'raw_posts_per_second'>> {
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
