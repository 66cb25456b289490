import { OPERATION_FAULTS } from './scenarios/operation-faults.js';
import { testScenarios } from './testing/test-scenarios.js';

testScenarios('what operators and tenants do meanwhile', OPERATION_FAULTS);
