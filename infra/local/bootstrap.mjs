/**
 * What `npm start`, `npm test` and `npm run cli` call on a machine that has Node and npm and nothing else. Plain
 * JavaScript without dependencies, because nothing is installed yet: it installs, builds, and hands over to
 * `dist/<start|test|cli>.js` in this same process, so that a signal has one process to reach.
 */
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { build } from './bootstrap/build.mjs';
import { install } from './bootstrap/install.mjs';
import { nodeProblem } from './bootstrap/node-version.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { StepFailure } from './bootstrap/step.mjs';

const ROOT = path.resolve(import.meta.dirname ?? '.', '../..');
const COMMANDS = ['start', 'test', 'cli'];

async function main() {
  const command = process.argv[2];
  const problem = nodeProblem(process.versions.node);
  if (problem) return fail(command, problem);
  if (!COMMANDS.includes(command)) {
    return fail(command, `Usage: node infra/local/bootstrap.mjs <${COMMANDS.join('|')}> [arguments]`);
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
  await import(pathToFileURL(path.join(ROOT, 'infra/local/dist', `${command}.js`)).href);
}

/** The last line of `npm test` says the counts even where no test could run: CI reads it. */
function fail(command, message) {
  console.error(`\n${message}`);
  if (command === 'test') console.log('0 passed, 1 failed');
  process.exitCode = 1;
}

await main();
