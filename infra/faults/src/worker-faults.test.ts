import { testScenarios } from './testing/test-scenarios.js';
import { WORKER_FAULTS } from './scenarios/worker-faults.js';

testScenarios('faults of the worker', WORKER_FAULTS);
