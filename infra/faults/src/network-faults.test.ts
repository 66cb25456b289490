import { NETWORK_FAULTS } from './scenarios/network-faults.js';
import { testScenarios } from './testing/test-scenarios.js';

testScenarios('faults of certificates and names', NETWORK_FAULTS);
