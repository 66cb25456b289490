import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../failure.js';

/**
 * PostgreSQL refuses to run as root, so for root it runs as the user `postgres`, and that user must be able to reach
 * the data and the binaries. It cannot where the tree lies under a folder of mode 0700 (/root) or was installed with
 * umask 077. What it must reach lies under one of these then.
 */
export const REACHABLE_BASES: readonly string[] = ['/var/lib/switchboard-local', '/var/tmp/switchboard-local'];

/** nobody on Linux and macOS: what it can reach, `postgres` can. */
const NOBODY = process.platform === 'darwin' ? 4_294_967_294 : 65_534;

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether any user of this machine may search a folder or run a program (-x), or read a file (-r). For root to ask. */
export function canNobody(test: '-x' | '-r', file: string): boolean {
  return spawnSync('test', [test, file], { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0;
}

/** The first of the folders, made where missing, that every user can pass into. For root to ask. @throws Failure */
export function firstReachable(candidates: readonly string[], what: string): string {
  for (const folder of candidates) {
    try {
      makeFolder(folder);
      if (canNobody('-x', folder) && isOurs(folder)) return folder;
    } catch {
      // A read-only or foreign place: the next one may do.
    }
  }
  throw new Failure(
    `As root, PostgreSQL runs as the user "postgres", and that user cannot reach ${what} in any of these folders: ${candidates.join(', ')}. Make one of them accessible (chmod a+rx the folder and those above it), or run as another user than root.`,
  );
}

/** A folder of its own for one run. @throws Failure */
export function makeThrowAwayFolder(prefix: string): string {
  const base = isRoot() ? firstReachable([os.tmpdir(), ...REACHABLE_BASES], 'temporary data') : os.tmpdir();
  const folder = mkdtempSync(path.join(base, prefix));
  if (isRoot()) chmodSync(folder, 0o755);
  return folder;
}

/** Whatever the umask: for root others may pass, because PostgreSQL must; it closes its own folder itself. */
export function makeFolder(folder: string): string {
  if (!existsSync(folder)) {
    makeFolder(path.dirname(folder));
    mkdirSync(folder);
    chmodSync(folder, isRoot() ? 0o755 : 0o700);
  }
  return folder;
}

/** A place under a world-writable folder could have been laid there by somebody else. */
function isOurs(folder: string): boolean {
  const base = REACHABLE_BASES.find((candidate) => folder.startsWith(candidate));
  return [folder, base].every(
    (place) => !place || !base || (lstatSync(place).uid === 0 && lstatSync(place).isDirectory()),
  );
}
