import { aptProblem, findOnPath, installWithApt } from './programs.js';

/** Where a program was found, or why there is none. */
export type FoundProgram = { path: string } | { path: undefined; reason: string };

export interface FindOptions {
  /** Whether installing is allowed. */
  install: boolean;
  /** Is told what is being done before it takes long. */
  say?: (sentence: string) => void;
  searchPath?: string;
}

interface Wanted {
  /** Under any of these names it will do; the first is also the name of its package in Debian and Ubuntu. */
  names: readonly [string, ...string[]];
  /** Why none was found, without a full stop. */
  missing: string;
  /** Said before it is installed. */
  announcement: string;
  /** The service that the package brings, which is not started. */
  service?: string;
}

/** A program from the PATH; else, as root on Debian or Ubuntu, installed with apt-get. */
export async function findOrInstall(
  { names, missing, announcement, service }: Wanted,
  { install, say = () => undefined, searchPath = process.env.PATH ?? '' }: FindOptions,
): Promise<FoundProgram> {
  const found = names.map((name) => findOnPath(name, searchPath)).find(Boolean);
  if (found) return { path: found };
  if (!install) return { path: undefined, reason: missing };
  const hindrance = aptProblem(searchPath);
  if (hindrance) return { path: undefined, reason: `${missing}, and ${hindrance}` };
  say(announcement);
  const [packageName] = names;
  const problem = await installWithApt(packageName, service);
  const installed = findOnPath(packageName, searchPath);
  if (installed) return { path: installed };
  return {
    path: undefined,
    reason: `${missing}, and apt-get could not install it: ${problem ?? 'it is still missing'}`,
  };
}
