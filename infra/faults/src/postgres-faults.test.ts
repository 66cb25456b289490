import { POSTGRES_FAULTS } from './scenarios/postgres-faults.js';
import { testScenarios } from './testing/test-scenarios.js';

testScenarios('faults of PostgreSQL', POSTGRES_FAULTS);
