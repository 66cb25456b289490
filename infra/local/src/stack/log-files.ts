import { renameSync } from 'node:fs';
import type { StackFolder } from './folder.js';

/** The log of this run; that of the run before is kept beside it as `.1`, and no more, so that logs stay bounded. */
export function freshLogFile(folder: StackFolder, name: string): string {
  const file = folder.file(`logs/${name}.log`);
  try {
    renameSync(file, `${file}.1`);
  } catch {
    // The first run has nothing to keep.
  }
  return file;
}
