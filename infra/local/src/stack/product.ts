import { spawn } from 'node:child_process';
import path from 'node:path';
import { Failure } from '../failure.js';
import { REPOSITORY } from './folder.js';

/** The product's programs, run exactly as its images run them. */
export const API_ENTRY = path.join(REPOSITORY, 'services/api/dist/main.js');
export const WORKER_ENTRY = path.join(REPOSITORY, 'services/worker/dist/main.js');
export const CLI_ENTRY = path.join(REPOSITORY, 'services/api/dist/cli/main.js');

/** Runs a command of the product's CLI. @returns what it printed. @throws Failure with its last lines */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI_ENTRY, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], signal });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve(stdout);
      const lines = (stderr || stdout).split('\n').filter(Boolean).slice(-10);
      reject(new Failure(`\`cli ${args.slice(0, 2).join(' ')}\` failed with exit code ${code}.`, lines));
    });
  });
}
