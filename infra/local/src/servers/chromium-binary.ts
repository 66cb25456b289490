import { aptProblem, findOnPath, installWithApt } from './programs.js';

/** Where a Chromium was found, or why there is none. */
export type ChromiumBinary = { path: string } | { path: undefined; reason: string };

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * Chromium or Chrome from the PATH; else, as root on Debian, installed with apt-get.
 *
 * @param install whether installing is allowed
 * @param say is told what is being done before it takes long
 */
export async function findChromiumBinary({
  install,
  say = () => undefined,
  searchPath = process.env.PATH ?? '',
}: {
  install: boolean;
  say?: (sentence: string) => void;
  searchPath?: string;
}): Promise<ChromiumBinary> {
  const found = NAMES.map((name) => findOnPath(name, searchPath)).find(Boolean);
  if (found) return { path: found };
  const missing = `none of ${NAMES.join(', ')} is on the PATH`;
  if (!install) return { path: undefined, reason: missing };
  const hindrance = aptProblem(searchPath);
  if (hindrance) return { path: undefined, reason: `${missing}, and ${hindrance}` };
  say('Installing chromium with apt-get, for the tests of the portal; this takes a minute or two.');
  const problem = await installWithApt('chromium');
  const installed = findOnPath('chromium', searchPath);
  if (installed) return { path: installed };
  return {
    path: undefined,
    reason: `${missing}, and apt-get could not install it: ${problem ?? 'it is still missing'}`,
  };
}
