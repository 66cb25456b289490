import { describe, expect, it } from '@jest/globals';
import { add, closingLine, tallyOfJest } from './tally.js';

const REPORT = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('the last line of npm test', () => {
  it('counts passed and failed, and skipped only where something was', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(closingLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });

  it('counts static steps and suites together', () => {
    expect(add({ passed: 1, failed: 0, skipped: 0 }, { passed: 5, failed: 2, skipped: 1 })).toEqual({
      passed: 6,
      failed: 2,
      skipped: 1,
    });
  });

  it('counts a test file that could not be loaded as a failure', () => {
    expect(tallyOfJest({ ...REPORT, numRuntimeErrorTestSuites: 1 }, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it('is never without a failure where jest itself was not content', () => {
    expect(tallyOfJest(REPORT, 1).failed).toBe(1);
    expect(tallyOfJest(REPORT, null).failed).toBe(1);
  });
});
