import type { Scenario } from '../scenario.js';
import { API_FAULTS } from '../scenarios/api-faults.js';
import { NETWORK_FAULTS } from '../scenarios/network-faults.js';
import { OPERATION_FAULTS } from '../scenarios/operation-faults.js';
import { POSTGRES_FAULTS } from '../scenarios/postgres-faults.js';
import { RECEIVER_FAULTS } from '../scenarios/receiver-faults.js';
import { REDIS_FAULTS } from '../scenarios/redis-faults.js';
import { WORKER_FAULTS } from '../scenarios/worker-faults.js';

/** Every row of the table, in its order. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  ...WORKER_FAULTS,
  ...API_FAULTS,
  ...REDIS_FAULTS,
  ...POSTGRES_FAULTS,
  ...OPERATION_FAULTS,
  ...RECEIVER_FAULTS,
  ...NETWORK_FAULTS,
];
