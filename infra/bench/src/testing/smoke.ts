import { createTestDatabase } from '@switchboard/db/testing';
import os from 'node:os';
import type { BenchContext } from '../scenarios/scenario.js';

/** So little of everything that a scenario takes seconds. What it measures then says nothing; what it counts does. */
export const SMOKE_CONTEXT: BenchContext = {
  servers: {
    postgresVersion: '',
    postgresPid: 0,
    folder: process.env.SWITCHBOARD_TEST_FOLDER ?? os.tmpdir(),
    newDatabase: () => createTestDatabase(),
    stop: () => Promise.resolve(),
  },
  sizes: {
    seconds: 0.3,
    warm_up_seconds: 0.2,
    drain_deliveries: 200,
    storm_deliveries: 200,
    few_appointments: 20,
    many_appointments: 60,
    tenants: 3,
    old_events: 100,
  },
  workers: 1,
  yardsticks: {
    raw_posts_per_second: 1,
    raw_post_p50_ms: 1,
    no_op_jobs_per_second: 1,
    inserted_rows_per_second: 1,
  },
  earlier: [],
  say: () => undefined,
};
