import { meets, type Bound, type Figure } from '../scenarios/scenario.js';
import type { Yardsticks } from '../yardsticks/yardsticks.js';
import { shown, shownBound } from './numbers.js';
import type { ScenarioResult } from './results.js';

const WIDTHS = { name: 46, value: 16, goal: 12 };

export function headerLine(): string {
  return row('figure', 'value', 'goal', 'ratio');
}

/** A scenario's figures, and whether its deliveries add up. */
export function scenarioLines({
  scenario,
  figures,
  counts,
  violations,
  cpu_us_per_delivery,
  raw_posts_per_second,
}: ScenarioResult): string[] {
  const lines = figures.flatMap((figure) => figureLines(scenario, figure));
  lines.push(`  raw POST loop just before: ${shown(raw_posts_per_second)} /s`);
  if (counts) {
    const { accepted, arrived, succeeded, duplicates } = counts;
    lines.push(`  accepted ${accepted} = arrived ${arrived} = succeeded ${succeeded}, twice ${duplicates}`);
  }
  if (cpu_us_per_delivery) {
    const parts = Object.entries(cpu_us_per_delivery).map(([name, us]) => `${name} ${us}`);
    lines.push(`  CPU a delivery, us: ${parts.join(', ')}`);
  }
  return [...lines, ...violations.map((violation) => `  ! ${violation}`)];
}

export function yardstickLines(yardsticks: Yardsticks): string[] {
  return [
    row('yardstick: raw POST loop', `${shown(yardsticks.raw_posts_per_second)} /s`, '', ''),
    row('yardstick: raw POST alone, p50', `${shown(yardsticks.raw_post_p50_ms)} ms`, '', ''),
    row('yardstick: BullMQ no-op worker', `${shown(yardsticks.no_op_jobs_per_second)} /s`, '', ''),
    row('yardstick: batched insert', `${shown(yardsticks.inserted_rows_per_second)} /s`, '', ''),
  ];
}

function figureLines(scenario: string, { name, value, unit, goal, ratios }: Figure): string[] {
  const [first, ...more] = ratios.map(
    (ratio) => `${verdict(ratio.value, ratio.goal)}${shown(ratio.value)} of ${ratio.to}${goalOf(ratio.goal)}`,
  );
  return [
    row(
      `${scenario}: ${name}`,
      `${verdict(value, goal)}${shown(value)} ${unit}`,
      goal ? shownBound(goal) : '',
      first ?? '',
    ),
    ...more.map((text) => row('', '', '', text)),
  ];
}

const goalOf = (goal: Bound | undefined) => (goal ? ` (${shownBound(goal)})` : '');

/** A goal that is missed is seen at a glance; it is no failure of the run. */
function verdict(value: number, goal: Bound | undefined): string {
  if (!goal) return '';
  return meets(value, goal) ? '✓ ' : '✗ ';
}

function row(name: string, value: string, goal: string, ratio: string): string {
  return `${name.padEnd(WIDTHS.name)}${value.padStart(WIDTHS.value)}  ${goal.padEnd(WIDTHS.goal)}  ${ratio}`.trimEnd();
}
