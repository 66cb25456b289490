import { spawn } from 'node:child_process';
import { REPOSITORY } from '../stack/folder.js';

export interface CommandOptions {
  env: NodeJS.ProcessEnv;
  /** Settles when the command should have ended by itself; it is killed a while later. */
  overdue?: (stop: AbortSignal) => Promise<void>;
}

/** Runs a command in the repository with its output going straight to the terminal. @returns its exit code, null where it was killed */
export function runCommand(
  command: string,
  args: readonly string[],
  { env, overdue }: CommandOptions,
): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: REPOSITORY, env, stdio: ['ignore', 'inherit', 'inherit'] });
    const over = new AbortController();
    void overdue?.(over.signal).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    const finish = (code: number | null): void => {
      over.abort();
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      finish(127);
    });
    child.on('close', (code) => finish(code));
  });
}
