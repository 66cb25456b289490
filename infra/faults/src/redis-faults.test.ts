import { testScenarios } from './testing/test-scenarios.js';
import { REDIS_FAULTS } from './scenarios/redis-faults.js';

testScenarios('faults of Redis', REDIS_FAULTS);
