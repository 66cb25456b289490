/**
 * What `npm start`, `npm test` and `npm run cli`, `faults`, `bench` and `screenshots` call on a machine that has Node and
 * npm and nothing else. Plain JavaScript without dependencies, because nothing is installed yet: it installs, builds,
 * and hands over to the command's compiled main in this same process, so that a signal has one process to reach.
 */
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { build } from './bootstrap/build.mjs';
import { install } from './bootstrap/install.mjs';
import { nodeProblem } from './bootstrap/node-version.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { StepFailure } from './bootstrap/step.mjs';

const ROOT = path.resolve(import.meta.dirname ?? '.', '../..');
const COMMANDS = {
  start: 'infra/local/dist/start.js',
  test: 'infra/local/dist/test.js',
  cli: 'infra/local/dist/cli.js',
  faults: 'infra/faults/dist/main.js',
  bench: 'infra/bench/dist/main.js',
  screenshots: 'infra/e2e/dist/screenshots.js',
};

async function main() {
  const command = process.argv[2];
  const problem = nodeProblem(process.versions.node);
  if (problem) return fail(command, problem);
  if (!Object.hasOwn(COMMANDS, command)) {
    return fail(command, `Usage: node infra/local/bootstrap.mjs <${Object.keys(COMMANDS).join('|')}> [arguments]`);
  }
  // The output of `cli` may be piped into another program: its stdout belongs to the command alone.
  const progress = createProgress(process.stderr, { quietUntilMs: command === 'cli' ? 2_000 : 300 });
  try {
    await install(ROOT, progress);
    await build(ROOT, progress);
  } catch (error) {
    if (error instanceof StepFailure) return fail(command, error.message);
    throw error;
  }
  process.argv.splice(2, 1);
  await import(pathToFileURL(path.join(ROOT, COMMANDS[command])).href);
}

/** The last line of `npm test` says the counts even where no test could run: CI reads it. */
function fail(command, message) {
  console.error(`\n${message}`);
  if (command === 'test') console.log('0 passed, 1 failed');
  process.exitCode = 1;
}

await main();
