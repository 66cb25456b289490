import { describe, expect, it } from '@jest/globals';
import { figure, ratio } from '../scenarios/figures.js';
import { chart } from './chart.js';
import type { Results, ScenarioResult } from './results.js';
import { headerLine, scenarioLines } from './table.js';

const scenario: ScenarioResult = {
  scenario: 'drain',
  about: '',
  figures: [
    figure('deliveries', 6_355, '/s', {
      goal: { at_least: 6_000 },
      ratios: [ratio('raw POST loop', 6_355, 20_000, { at_least: 0.35 }), ratio('BullMQ no-op worker', 6_355, 12_710)],
    }),
    figure('p99 <of all>', 60, 'ms', { goal: { at_most: 50 } }),
  ],
  counts: { accepted: 9, arrived: 9, duplicates: 0, succeeded: 9, not_succeeded: 0, attempts: 9 },
  violations: ['One was lost.'],
  settings: {},
  raw_posts_per_second: 20_000,
  took_seconds: 1,
};

describe('the table', () => {
  it('shows each value with its goal, each ratio with what it is a ratio of, and whether they meet it', () => {
    const [first, second, third] = scenarioLines(scenario);
    expect(first).toMatch(/^drain: deliveries +✓ 6,355 \/s {2}>= 6,000 +✗ 0\.32 of raw POST loop \(>= 0\.35\)$/);
    expect(second).toMatch(/^ +0\.50 of BullMQ no-op worker$/);
    expect(third).toMatch(/^drain: p99 <of all> +✗ 60\.0 ms {2}<= 50$/);
  });

  it('shows what the raw loop did at that time, what was counted, and every promise that was broken', () => {
    expect(scenarioLines(scenario).slice(3)).toEqual([
      '  raw POST loop just before: 20,000 /s',
      '  accepted 9 = arrived 9 = succeeded 9, twice 0',
      '  ! One was lost.',
    ]);
  });

  it('has the goals of all rows under the heading', () => {
    const column = headerLine().indexOf('goal');
    expect(scenarioLines(scenario)[0]?.slice(column)).toMatch(/^>= 6,000/);
  });
});

describe('the chart', () => {
  const svg = chart({
    started_at: '2026-01-02T03:04:05.000Z',
    machine: { cpus: 2, node: '20', postgres: '18.4', redis: '7.0' },
    scenarios: [scenario],
  } as Results);

  it('has a bar for every figure and every ratio with a goal, and none for others', () => {
    expect(svg.match(/<rect /g)).toHaveLength(1 + 3);
    expect(svg).toContain('6,355 /s (&gt;= 6,000)');
    expect(svg).not.toContain('BullMQ');
  });

  it('lets no text break out of it', () => {
    expect(svg).toContain('p99 &lt;of all&gt;');
    expect(svg).not.toContain('<of all>');
  });
});
