import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ENTRY = path.join(ROOT, 'infra/local/dist/test-servers/test-servers.js');

/** Brings the compiled code up to date, because real processes run it, and starts the servers of this run. */
export async function setUpTestServers() {
  if (!process.env.SWITCHBOARD_BUILT) build();
  const { startTestServers } = await import(ENTRY);
  try {
    return await startTestServers(process.env);
  } catch (error) {
    // jest prints the stack; what a person can mend is said in the message alone.
    if (error.name === 'Failure') error.stack = [error.message, ...error.lastLines].join('\n  | ');
    throw error;
  }
}

function build() {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) return;
  if (!existsSync(ENTRY)) throw new Error(`The tests cannot start before everything compiles:\n${stdout}`);
  // In the middle of a change a developer wants this one test; tsc writes JavaScript in spite of type faults.
  console.error(`\nThe type check fails; the tests run all the same, on what tsc could write:\n${stdout}`);
}
