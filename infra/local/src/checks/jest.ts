import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './run-command.js';
import { NOTHING, tallyOfJest, type JestReport, type Tally } from './tally.js';

/** The machine has two cores, and each test file has processes of its own beside it. */
const WORKERS = 2;
/** jest writes its report when the last test is over; what keeps it from exiting after that is a leak. */
const EXIT_WITHIN_MS = 60_000;

export interface JestOutcome {
  tally: Tally;
  /** What went wrong beyond failed tests, for a person. */
  problem: string | undefined;
}

/** Runs the test suites, all of them or those that `args` name. */
export async function runJest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<JestOutcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-report-'));
  const report = path.join(folder, 'report.json');
  try {
    const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
    const options = [`--maxWorkers=${WORKERS}`, '--json', `--outputFile=${report}`, ...args];
    const exitCode = await runCommand(process.execPath, [...jest, ...options], {
      env,
      overdue: (stop) => overdue(report, stop),
    });
    return outcome(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcome(report: string, exitCode: number | null): JestOutcome {
  if (!existsSync(report)) {
    return {
      tally: { ...NOTHING, failed: 1 },
      problem: `jest ended (exit code ${exitCode}) before it could run the tests; see above.`,
    };
  }
  const tally = tallyOfJest(JSON.parse(readFileSync(report, 'utf8')) as JestReport, exitCode);
  if (exitCode === null) {
    const problem = `jest did not exit within ${EXIT_WITHIN_MS / 1000} s of its last test: a test left something open. \`pnpm jest --detectOpenHandles <file>\` names it.`;
    return { tally: { ...tally, failed: Math.max(tally.failed, 1) }, problem };
  }
  return { tally, problem: undefined };
}

async function overdue(report: string, stop: AbortSignal): Promise<void> {
  while (!existsSync(report)) await delay(1_000, undefined, { signal: stop });
  await delay(EXIT_WITHIN_MS, undefined, { signal: stop });
}
