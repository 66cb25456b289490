import { describeForPerson } from './failure.js';
import { runJest } from './checks/jest.js';
import { browserForTests, redisForTests } from './checks/programs-for-tests.js';
import { runCommand } from './checks/run-command.js';
import { add, closingLine, NOTHING, type Tally } from './checks/tally.js';
import { Terminal, formatDuration } from './text/terminal.js';

/** Each of them counts as one test; what they run is said in package.json, for developers who want just one. */
const STATIC_STEPS = [
  { name: 'Build and type check', script: 'typecheck' },
  { name: 'Lint and format', script: 'lint' },
  { name: 'Dependency rules', script: 'deps:check' },
];

interface StepResult {
  name: string;
  tally: Tally;
  tookMs: number;
}

/** Runs every check and every test, also after one has failed, and ends with the counts. @returns the exit code */
async function main(): Promise<number> {
  const terminal = new Terminal(process.stdout, process.env);
  const results: StepResult[] = [];
  const notes: string[] = [];
  const step = async (name: string, work: () => Promise<Tally>): Promise<void> => {
    terminal.heading(name);
    const start = performance.now();
    const tally = await work().catch((error: unknown) => {
      terminal.failed(describeForPerson(error));
      return { ...NOTHING, failed: 1 };
    });
    const result = { name, tally, tookMs: performance.now() - start };
    results.push(result);
    show(terminal, result);
  };

  for (const { name, script } of STATIC_STEPS) {
    await step(name, async () => {
      const exitCode = await runCommand('npm', ['run', '--silent', script], { env: process.env });
      return exitCode === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };
    });
  }
  const redis = await redisForTests(process.env);
  const browser = await browserForTests(process.env);
  for (const { note } of [redis, browser]) if (note) notes.push(note);
  await step('Tests', async () => {
    // The steps above have built everything: the tests' own set-up need not do so again.
    const { tally, problem } = await runJest(process.argv.slice(2), { ...process.env, SWITCHBOARD_BUILT: '1' });
    if (problem) notes.push(`FAILED: ${problem}`);
    return tally;
  });

  const total = results.map((result) => result.tally).reduce(add, add(redis.tally, browser.tally));
  terminal.heading('Summary');
  for (const result of results) show(terminal, result);
  for (const note of notes) terminal.line(`  ${note}`);
  // No colours and nothing after it: CI reads this line.
  terminal.line(`\n${closingLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

function show(terminal: Terminal, { name, tally, tookMs }: StepResult): void {
  const text = `${name}: ${closingLine(tally)}`;
  if (tally.failed === 0) terminal.done(text, tookMs);
  else terminal.failed(`${text}  ${formatDuration(tookMs)}`);
}

process.exitCode = await main();
