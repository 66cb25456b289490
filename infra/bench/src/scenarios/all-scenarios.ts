import { API } from './api.js';
import { DRAIN } from './drain.js';
import { LATENCY } from './latency.js';
import { MILLION } from './million.js';
import { FANOUT_5, PUBLISH, PUBLISH_SINGLE } from './publish.js';
import { RETRY_STORM } from './retry-storm.js';
import { SCALE } from './scale.js';
import type { Scenario } from './scenario.js';

/** In the order of the table of goals; `drain` stands before what is held against it. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  DRAIN,
  PUBLISH,
  PUBLISH_SINGLE,
  FANOUT_5,
  LATENCY,
  API,
  RETRY_STORM,
  SCALE,
  MILLION,
];
