import type { Machine } from '../measuring/machine.js';
import type { Outcome, Sizes } from '../scenarios/scenario.js';
import type { Yardsticks } from '../yardsticks/yardsticks.js';

/** One run of the benchmark: what `latest.json` holds. */
export interface Results {
  started_at: string;
  machine: Machine;
  options: { workers: number; sizes: Sizes };
  yardsticks: Yardsticks;
  /** Measured again after the last scenario: how far the machine drifted meanwhile. */
  raw_posts_per_second_at_end: number;
  scenarios: ScenarioResult[];
}

export interface ScenarioResult extends Outcome {
  scenario: string;
  about: string;
  /** Of the raw POST loop just before: what the ratios to it are made with. */
  raw_posts_per_second: number;
  took_seconds: number;
}
