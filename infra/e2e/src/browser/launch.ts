import { findChromiumBinary } from '@switchboard/local/servers/chromium-binary';
import { chromium, type Browser } from 'playwright-core';

/**
 * For a container without a GPU, where a sandbox cannot be made and /dev/shm is small, and for a machine without
 * internet: nothing is fetched that the test did not ask for.
 */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--metrics-recording-only',
];

/** Starts Chromium. It hangs on a pipe of this process, and so ends with it, however that ends. */
export async function launchBrowser(): Promise<Browser> {
  const binary = await findChromiumBinary({ install: false });
  if (binary.path === undefined) throw new Error(`No Chromium: ${binary.reason}.`);
  return chromium.launch({ executablePath: binary.path, args: FLAGS });
}
