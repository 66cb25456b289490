import { aptProblem, findOnPath, installWithApt } from './programs.js';

/** Where a Redis server program was found, or why there is none. */
export type RedisBinary = { path: string } | { path: undefined; reason: string };

const NAMES = ['redis-server', 'valkey-server'];

/**
 * redis-server or valkey-server from the PATH; else, as root on Debian or Ubuntu, installed with apt-get without its
 * service being started.
 *
 * @param install whether installing is allowed
 * @param say is told what is being done before it takes long
 */
export async function findRedisBinary({
  install,
  say = () => undefined,
  searchPath = process.env.PATH ?? '',
}: {
  install: boolean;
  say?: (sentence: string) => void;
  searchPath?: string;
}): Promise<RedisBinary> {
  const found = NAMES.map((name) => findOnPath(name, searchPath)).find(Boolean);
  if (found) return { path: found };
  const missing = `neither ${NAMES.join(' nor ')} is on the PATH`;
  if (!install) return { path: undefined, reason: missing };
  const hindrance = aptProblem(searchPath);
  if (hindrance) return { path: undefined, reason: `${missing}, and ${hindrance}` };
  say('Installing redis-server with apt-get; its service is not started.');
  const problem = await installWithApt('redis-server', { service: 'redis-server' });
  const installed = findOnPath('redis-server', searchPath);
  if (installed) return { path: installed };
  return {
    path: undefined,
    reason: `${missing}, and apt-get could not install it: ${problem ?? 'it is still missing'}`,
  };
}
