import { accessSync, constants, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.js';
import { makeFolder } from '../servers/reachable.js';

/** The root of the repository: from `src/stack` and `dist/stack` alike. */
export const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');

/** Where the local stack keeps everything: its data, secrets, logs and stack.json. */
export interface StackFolder {
  path: string;
  /** The path as a person in the current folder would type it. */
  shown: string;
  file(name: string): string;
}

export function stackFolder(env: NodeJS.ProcessEnv): StackFolder {
  const folder = path.resolve(env.STACK_DIR || path.join(REPOSITORY, '.local'));
  const relative = path.relative(process.cwd(), folder);
  const shown = relative === '' || relative.startsWith('..') ? folder : relative;
  return { path: folder, shown, file: (name) => path.join(folder, name) };
}

/** @throws Failure where it cannot be made or written to */
export function prepareStackFolder(folder: StackFolder): void {
  try {
    makeFolder(folder.path);
    mkdirSync(folder.file('logs'), { recursive: true });
    accessSync(folder.path, constants.W_OK);
    accessSync(folder.file('logs'), constants.W_OK);
  } catch (error) {
    throw new Failure(
      `The stack’s folder ${folder.path} cannot be written to (${(error as Error).message}). Name another with STACK_DIR=<folder>.`,
    );
  }
}

/** Written whole or not at all, and readable by its owner only: all of these files hold secrets. */
export function writePrivateJson(file: string, value: unknown): void {
  writePrivateText(file, `${JSON.stringify(value, null, 2)}\n`);
}

export function writePrivateText(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}

/** @returns undefined where there is no such file. @throws Failure where it is no JSON */
export function readJson<T>(file: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Failure(`${file} cannot be read (${(error as Error).message}).`);
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Failure(`${file} is damaged: it is not JSON. Delete it and start again.`);
  }
}
