import { RECEIVER_FAULTS } from './scenarios/receiver-faults.js';
import { testScenarios } from './testing/test-scenarios.js';

testScenarios('receivers that misbehave', RECEIVER_FAULTS);
