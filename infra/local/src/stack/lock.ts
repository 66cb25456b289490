import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Failure } from '../failure.js';
import { commandLineOf, isAlive } from '../processes.js';
import type { StackFolder } from './folder.js';

const FILE = 'start.pid';

export interface StackLock {
  release(): void;
}

/** Makes this process the only one that runs the stack in this folder. @throws Failure naming the one that does */
export function lockStack(folder: StackFolder): StackLock {
  const file = folder.file(FILE);
  for (;;) {
    if (claim(file)) return { release: () => rmSync(file, { force: true }) };
    const pid = runningStack(folder);
    if (pid !== undefined) {
      throw new Failure(
        `A stack already runs in ${folder.path} (process ${pid}). Stop it with Ctrl-C or \`kill ${pid}\`, or give this one a folder of its own with STACK_DIR=<folder>.`,
      );
    }
    // Left behind by one that was killed.
    rmSync(file, { force: true });
  }
}

/** A link appears with its content: nobody ever reads a lock file that has no process id in it yet. */
function claim(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The process that runs the stack in this folder, undefined where none does. */
export function runningStack(folder: StackFolder): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(folder.file(FILE), 'utf8'));
  } catch {
    return undefined;
  }
  // After a restart of the machine the same id may be another program's.
  const isOurs = pid > 0 && isAlive(pid) && /bootstrap\.mjs start|start\.js/.test(commandLineOf(pid));
  return isOurs ? pid : undefined;
}
