import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { withDatabase } from './servers/databases.js';
import { REPOSITORY } from './stack/folder.js';
import { newStackFolder } from './testing/stack-under-test.js';

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs what `npm run --silent cli --` runs. */
function cli(args: string[], { DATABASE_URL: _, ...env }: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(REPOSITORY, 'infra/local/bootstrap.mjs'), 'cli', ...args], {
      env: { ...env, ...(env.CLI_DATABASE_URL ? { DATABASE_URL: env.CLI_DATABASE_URL } : {}) },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const adminUrl = process.env.SWITCHBOARD_TEST_ADMIN_URL ?? '';
const migrated = withDatabase(adminUrl, process.env.SWITCHBOARD_TEST_TEMPLATE ?? '');

describe('npm run cli', () => {
  it('prints nothing but what the command prints, on the database of DATABASE_URL', async () => {
    const { code, stdout } = await cli(['migrate', 'status', '--json'], { ...process.env, CLI_DATABASE_URL: migrated });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ pending: [] });
  });

  it('gives back the exit code of the command', async () => {
    const { code, stdout } = await cli(['no-such-command'], { ...process.env, CLI_DATABASE_URL: migrated });
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  });

  it('says what is missing where there is neither DATABASE_URL nor a stack that is up', async () => {
    const folder = newStackFolder('none');
    const { code, stderr } = await cli(['doctor'], { ...process.env, STACK_DIR: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(`DATABASE_URL is not set, and no local stack is up in ${folder}`);
  });

  it('needs no stack for --help', async () => {
    const { code, stdout } = await cli(['--help'], { ...process.env, STACK_DIR: newStackFolder('help') });
    expect(code).toBe(0);
    expect(stdout).toContain('migrate');
  });
});
