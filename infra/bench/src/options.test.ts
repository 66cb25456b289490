import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.js';
import { ALL_SCENARIOS } from './scenarios/all-scenarios.js';

describe('without options', () => {
  it('everything is run in full, and becomes the committed results', () => {
    const { scenarios, outFile, sizes } = parseOptions([]);
    expect(scenarios).toEqual(ALL_SCENARIOS);
    expect(outFile).toMatch(/infra\/bench\/results\/latest\.json$/);
    expect(sizes).toMatchObject({ drain_deliveries: 50_000, storm_deliveries: 100_000, old_events: 1_000_000 });
  });
});

describe('a run that is not the whole one', () => {
  it.each([['--scenario', 'drain,latency'], ['--scale', '0.01'], ['--cpu-prof']])(
    'does not become the committed results: %s',
    (...args) => {
      expect(parseOptions(args).outFile).toMatch(/infra\/bench\/\.local\/latest\.json$/);
    },
  );

  it('runs the scenarios that are named, in the order of the table', () => {
    expect(parseOptions(['--scenario', 'latency, drain']).scenarios.map(({ name }) => name)).toEqual([
      'drain',
      'latency',
    ]);
  });

  it('scales the big counts and nothing else', () => {
    const { sizes } = parseOptions(['--scale', '0.01', '--seconds', '2']);
    expect(sizes).toMatchObject({ drain_deliveries: 500, old_events: 10_000, seconds: 2, few_appointments: 1_000 });
  });
});

it.each([
  [['--scenario', 'drian'], 'There is no scenario "drian"'],
  [['--seconds', 'ten'], '--seconds is "ten"'],
  [['--workers', '1.5'], '--workers is "1.5"'],
  [['--scale', ''], '--scale is ""'],
  [['--out', 'results.txt'], 'does not end in .json'],
  [['--what'], '--help shows the options'],
])('what is wrong is said in words: %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
