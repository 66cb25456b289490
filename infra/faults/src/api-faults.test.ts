import { testScenarios } from './testing/test-scenarios.js';
import { API_FAULTS } from './scenarios/api-faults.js';

testScenarios('faults of the API', API_FAULTS);
