import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository: from `src` and `dist` alike. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

export const README = 'README.md';

/** The text of a file, named as in the documents: from the root of the repository. */
export function readText(file: string): string {
  return readFileSync(path.join(REPOSITORY, file), 'utf8');
}

export function isInRepository(file: string): boolean {
  return existsSync(path.join(REPOSITORY, file));
}

/** Files below a folder whose names end so, from the root of the repository; generated and installed ones are left out. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(path.join(REPOSITORY, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(file, ending);
    return entry.name.endsWith(ending) ? [file] : [];
  });
}
