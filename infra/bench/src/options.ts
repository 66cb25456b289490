import { Failure } from '@switchboard/local/failure';
import { REPOSITORY } from '@switchboard/local/stack/folder';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ALL_SCENARIOS } from './scenarios/all-scenarios.js';
import type { Scenario, Sizes } from './scenarios/scenario.js';

export const HELP = `npm run bench [-- options]

Measures a running Switchboard from outside: real processes, a PostgreSQL with fsync and a Redis with an append-only file
of their own, receivers and a load generator as processes of their own. The parts it is made of are measured in the same
run. Each scenario ends with a count: what was accepted, what arrived, what the log says. Exit code 1 if they differ.

Options
  --scenario <a,b>   run only these
  --seconds <n>      how long a steady state is measured (10)
  --workers <n>      workers, where a scenario leaves it open (1)
  --scale <factor>   of the big counts: 0.01 makes 500 of 50,000 deliveries (1)
  --out <file>       where the results go, as JSON, with a chart (.svg) beside it. Default: infra/bench/results/latest.json
                     for a run of everything, infra/bench/.local/latest.json for any other
  --cpu-prof         takes CPU profiles of API and workers, into the folder of the results, and prints what took longest.
                     Figures of such a run are lower
  --list             show the scenarios
  --help             show this`;

export interface BenchOptions {
  scenarios: readonly Scenario[];
  workers: number;
  sizes: Sizes;
  outFile: string;
  takesProfiles: boolean;
  shows?: 'help' | 'list';
}

const FULL: Sizes = {
  seconds: 10,
  warm_up_seconds: 3,
  drain_deliveries: 50_000,
  storm_deliveries: 100_000,
  few_appointments: 1_000,
  many_appointments: 1_000_000,
  tenants: 1_000,
  old_events: 1_000_000,
};

/** @throws Failure naming the option that is wrong */
export function parseOptions(args: readonly string[]): BenchOptions {
  const values = read(args);
  const scenarios = chosen(values.scenario);
  const seconds = numberOf('--seconds', values.seconds, { least: 0.1, most: 3_600 });
  const scale = numberOf('--scale', values.scale, { least: 0.001, most: 10 });
  const isWhole = scenarios.length === ALL_SCENARIOS.length && scale === 1 && !values['cpu-prof'];
  const standard = isWhole ? 'infra/bench/results/latest.json' : 'infra/bench/.local/latest.json';
  const outFile = values.out === undefined ? path.join(REPOSITORY, standard) : path.resolve(values.out);
  if (path.extname(outFile) !== '.json') throw new Failure(`--out is "${values.out}", which does not end in .json.`);
  return {
    scenarios,
    workers: numberOf('--workers', values.workers, { least: 1, most: 16, isWhole: true }),
    sizes: scaled(FULL, scale, seconds),
    outFile,
    takesProfiles: values['cpu-prof'] ?? false,
    ...(values.help ? { shows: 'help' as const } : values.list ? { shows: 'list' as const } : {}),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        seconds: { type: 'string', default: String(FULL.seconds) },
        workers: { type: 'string', default: '1' },
        scale: { type: 'string', default: '1' },
        out: { type: 'string' },
        'cpu-prof': { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${(error as Error).message} --help shows the options.`);
  }
}

function chosen(names: string | undefined): readonly Scenario[] {
  if (names === undefined) return ALL_SCENARIOS;
  const wanted = new Set(names.split(',').map((name) => name.trim()));
  const known = new Set(ALL_SCENARIOS.map(({ name }) => name));
  const unknown = [...wanted].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Failure(`There is no scenario "${unknown.join(', ')}". There are ${[...known].join(', ')}.`);
  }
  return ALL_SCENARIOS.filter(({ name }) => wanted.has(name));
}

function numberOf(
  option: string,
  text: string,
  { least, most, isWhole = false }: { least: number; most: number; isWhole?: boolean },
): number {
  const value = Number(text);
  const isRight = text.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (isRight) return value;
  const kind = isWhole ? 'whole number' : 'number';
  throw new Failure(`${option} is "${text}". It must be a ${kind} from ${least} to ${most}.`);
}

/** Fewer than a few hundred say nothing, so that `few_appointments` stays as it is. */
function scaled(full: Sizes, scale: number, seconds: number): Sizes {
  const count = (value: number) => Math.max(1, Math.round(value * scale));
  return {
    ...full,
    seconds,
    warm_up_seconds: Math.min(full.warm_up_seconds, seconds),
    drain_deliveries: count(full.drain_deliveries),
    storm_deliveries: count(full.storm_deliveries),
    many_appointments: count(full.many_appointments),
    tenants: count(full.tenants),
    old_events: count(full.old_events),
  };
}
