import { reasonOf } from '@switchboard/local/failure';
import { runScenario, type Scenario } from '../scenario.js';
import type { RunDatabase } from './databases.js';
import { headerLine, rowLine, tableRow, total, type TableRow } from './table.js';

export interface SuiteDeps {
  newDatabase(): Promise<RunDatabase>;
  print(line: string): void;
}

/** A fault that could not be made at all is a violation too: what it was to show, nobody has seen. */
const NOTHING: Omit<TableRow, 'seconds'> = {
  accepted: 0,
  delivered: 0,
  dead: 0,
  cancelled: 0,
  duplicates: 0,
  lost: 0,
  violations: 1,
};

/** Runs scenarios one after the other and prints their table as it grows. @returns how many promises were broken */
export async function runSuite(scenarios: readonly Scenario[], deps: SuiteDeps): Promise<number> {
  deps.print(headerLine());
  const rows: TableRow[] = [];
  for (const scenario of scenarios) {
    const { row, violations } = await runOne(scenario, deps);
    rows.push(row);
    deps.print(rowLine(scenario.row, row));
    for (const violation of violations.slice(0, SHOWN_VIOLATIONS)) deps.print(`    ! ${violation}`);
    const more = violations.length - SHOWN_VIOLATIONS;
    if (more > 0) deps.print(`    ! and ${more} more.`);
  }
  deps.print(rowLine(`all ${rows.length} faults`, total(rows)));
  return total(rows).violations;
}

const SHOWN_VIOLATIONS = 10;

async function runOne(
  scenario: Scenario,
  { newDatabase }: SuiteDeps,
): Promise<{ row: TableRow; violations: readonly string[] }> {
  const startedAt = performance.now();
  const secondsSoFar = () => Math.round((performance.now() - startedAt) / 1_000);
  const database = await newDatabase();
  try {
    const report = await runScenario(scenario, database.url);
    return { row: tableRow(report, secondsSoFar()), violations: report.violations };
  } catch (error) {
    return { row: { ...NOTHING, seconds: secondsSoFar() }, violations: [reasonOf(error)] };
  } finally {
    await database.drop();
  }
}
