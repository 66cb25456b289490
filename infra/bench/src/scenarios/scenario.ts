import type { BenchServers } from '../stack/servers.js';
import type { Counts } from '../stack/counts.js';
import type { Yardsticks } from '../yardsticks/yardsticks.js';

/** One row of the benchmark's table of goals. */
export interface Scenario {
  name: string;
  about: string;
  run(context: BenchContext): Promise<Outcome>;
}

export interface BenchContext {
  servers: BenchServers;
  sizes: Sizes;
  /** How many workers there are where a scenario leaves it open. */
  workers: number;
  yardsticks: Yardsticks;
  /** What earlier scenarios of this run reached. */
  earlier: readonly { scenario: string; figures: readonly Figure[] }[];
  /** Where processes leave their CPU profiles; undefined where none are asked for. */
  profileFolder?: string | undefined;
  /** Tells a person what is going on. */
  say(progress: string): void;
}

/** How much a scenario does. The tests run all of them with very little. */
export interface Sizes {
  /** Of a steady state that is measured. */
  seconds: number;
  /** Of it beforehand, not measured: caches, connections, code that is not compiled yet. */
  warm_up_seconds: number;
  drain_deliveries: number;
  storm_deliveries: number;
  few_appointments: number;
  many_appointments: number;
  /** Tenants that the many appointments are spread over. */
  tenants: number;
  old_events: number;
}

export interface Outcome {
  figures: Figure[];
  /** Undefined where nothing is delivered. */
  counts?: Counts;
  /** What was promised and not kept; a goal that is missed is none. */
  violations: string[];
  settings: Record<string, string | number>;
  /** Of each kind of process, from the first request to the last attempt; where it can be told. */
  cpu_us_per_delivery?: Record<string, number>;
}

/** A measured value, with what it is held against. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  goal?: Bound;
  /** The one that says most comes first. */
  ratios: Ratio[];
}

export interface Ratio {
  to: string;
  value: number;
  goal?: Bound;
}

export type Bound = { at_least: number } | { at_most: number };

export function meets(value: number, bound: Bound): boolean {
  return 'at_least' in bound ? value >= bound.at_least : value <= bound.at_most;
}
