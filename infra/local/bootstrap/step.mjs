import { spawn } from 'node:child_process';

/** A step that failed for a reason a person can act on; its message is shown as it is, without a stack trace. */
export class StepFailure extends Error {}

/**
 * Runs a tool and keeps what it prints, to be shown only if it fails.
 *
 * @returns {Promise<{ ok: boolean, output: string }>} `ok: false` also where the tool does not exist
 */
export function runTool(command, args, { cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
